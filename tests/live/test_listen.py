"""The whole of it, in real time: a person at a virtual microphone, and what the loudspeaker plays."""

import time
from collections.abc import Callable, Iterator

import pytest
from listening import Listening
from make import Espeak
from room import Room
from virtual_audio import HEARD_RATE


@pytest.fixture
def listen(room: Room, espeak: Espeak) -> Iterator[Callable[..., Listening]]:
    running: list[Listening] = []

    def start(*options: str) -> Listening:
        running.append(Listening(room, espeak, *options))
        return running[-1]

    yield start
    for each in running:
        if each.process.poll() is None:
            each.end()
        for stream in (each.process.stdin, each.process.stdout, each.process.stderr):
            assert stream
            stream.close()


def test_wake_ask_answer_follow_up_interrupt_and_sleep(listen: Callable[..., Listening]) -> None:
    skill = listen("--rate", "400")
    skill.state("speaking")
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
    assert skill.end() < 5
