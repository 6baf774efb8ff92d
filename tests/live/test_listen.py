"""The whole of it, in real time: a person at a virtual microphone, and what the loudspeaker plays."""

import time
from collections.abc import Callable, Iterator

import pytest
from listening import Listening
from make import Espeak
from room import Room
from virtual_audio import HEARD_RATE

Start = Callable[..., Listening]


@pytest.fixture
def listen(room: Room, espeak: Espeak) -> Iterator[Start]:
    running: list[Listening] = []

    def start(*options: str) -> Listening:
        running.append(Listening(room, espeak, *options))
        running[-1].state("speaking")
        return running[-1]

    yield start
    for each in running:
        each.end()


def test_wake_ask_answer_follow_up_interrupt_and_sleep(listen: Start) -> None:
    skill = listen("--rate", "400")
    skill.say("hey back coach")  # it says hello for as long as it is let
    skill.state("listening")
    with skill.room.recording() as loudspeaker:
        skill.say("is walking good for upper back pain")
        assert skill.state("speaking")["entry"] == "walking"
        skill.state("listening")
        assert len(loudspeaker.audible) > 5 * HEARD_RATE
    skill.say("what is the treatment for upper back pain", "gmw/en-GB-x-rp")
    assert skill.state("speaking")["entry"] == "treatment"
    time.sleep(2)
    skill.say("stop")
    assert skill.state("thinking")["heard"] == "stop"
    skill.state("sleeping")
    skill.say("is upper back pain serious")
    skill.nothing_but("sleeping", 2)
    skill.end()
    assert skill.process.returncode == 0


def test_its_own_voice_in_the_microphone_is_nobody(listen: Start, room: Room) -> None:
    with room.echo(0.25):
        skill = listen("--always", "--rate", "300")
        skill.state("listening")  # it let itself say hello, and names the wake phrase and a danger
        skill.say("is upper back pain serious")
        assert skill.state("speaking")["entry"] == "serious"
        skill.nothing_but("speaking", 4)
        skill.say("i have chest pain")
        assert skill.state("thinking")["red_flags"] == ["chest"]
        assert skill.state("speaking")["level"] == "emergency"


def test_interrupting_over_its_own_voice(listen: Start, room: Room) -> None:
    with room.echo(0.1):
        skill = listen("--always", "--rate", "200")
        skill.state("listening")
        skill.say("is upper back pain serious")
        skill.state("speaking")
        time.sleep(2.5)
        skill.say("stop", "gmw/en+f2")
        assert skill.state("thinking")["heard"] == "stop"


def test_a_microphone_that_is_unplugged_and_comes_back(listen: Start) -> None:
    skill = listen("--rate", "400")
    skill.state("sleeping")
    skill.room.mic_side.unplug("mic")
    assert "microphone is gone" in skill.until(lambda event: bool(event["notice"]))["notice"]
    skill.room.mic_side.plug("mic")
    assert "hear you again" in skill.until(lambda event: "again" in event["notice"][-20:])["notice"]
    time.sleep(1)
    skill.say("hey back coach is upper back pain serious")
    assert skill.state("speaking")["entry"] == "serious"


def test_a_loudspeaker_that_is_unplugged_and_comes_back(listen: Start) -> None:
    skill = listen("--always", "--rate", "400")
    skill.state("listening")
    skill.room.speaker_side.unplug("speaker")
    skill.say("is upper back pain serious")
    assert "loudspeaker" in skill.until(lambda event: bool(event["notice"]))["notice"]
    skill.room.speaker_side.plug("speaker")
    time.sleep(3)
    with skill.room.recording() as loudspeaker:
        skill.say("is walking good for upper back pain")
        assert skill.state("speaking")["entry"] == "walking"
        time.sleep(4)
        assert len(loudspeaker.audible) > HEARD_RATE
