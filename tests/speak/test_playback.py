"""A real loudspeaker: what comes out, how quickly it falls silent, and whether the player knows what is being heard."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from heard import pitch, words
from virtual_audio import AUDIBLE, HEARD_RATE, Recorded, VirtualAudio

from voice_skill.errors import AudioDeviceError, SynthesisError
from voice_skill.speak.playback import Player
from voice_skill.speak.speech import Speech
from voice_skill.speak.synthesis import Voice

SENTENCES = ("Is upper back pain serious?", "What causes upper back pain?")


def tone(seconds: float, hertz: float = 440, rate: int = 22_050) -> Speech:
    wave = 8000 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)
    return Speech(wave.astype(np.int16), rate, "a tone")


def sounding(recorded: Recorded) -> float:
    """Seconds of a tone that were heard, without the gaps that a busy machine makes; its passing zero is no gap."""
    loud = np.flatnonzero(np.abs(recorded.samples.astype(int)) > AUDIBLE)
    steps = np.diff(loud)
    return (1 + steps[steps < HEARD_RATE / 1000].sum()) / HEARD_RATE if len(loud) else 0.0


def started(player: Player, speech: Speech) -> threading.Thread:
    """Plays in a thread of its own; returns when it is heard."""
    heard = threading.Event()
    thread = threading.Thread(target=player.play, args=(speech, lambda *_: heard.set()))
    thread.start()
    assert heard.wait(10)
    return thread


def test_the_loudspeaker_says_the_right_words(virtual_audio: VirtualAudio) -> None:
    speeches = [Voice().synthesise(sentence) for sentence in SENTENCES]
    with virtual_audio.recording() as recorded:
        assert Player().play(speeches) is True
    heard = words(recorded.samples, HEARD_RATE).split()
    said = "is upper back pain serious what causes upper back pain".split()
    assert len(set(said) & set(heard)) >= len(set(said)) - 1, heard


def test_the_first_sample_and_the_last_are_heard(virtual_audio: VirtualAudio) -> None:
    """A sound server drops what it still holds when a stream ends: up to a third of a second was lost."""
    with virtual_audio.recording() as recorded:
        Player().play([tone(0.3, 300), tone(0.3, 600), tone(0.3, 900)])
    assert sounding(recorded) == pytest.approx(0.9, abs=0.04)
    fifth = HEARD_RATE // 5
    assert pitch(recorded.audible[:fifth], HEARD_RATE) == pytest.approx(300, rel=0.05)
    assert pitch(recorded.audible[-fifth:], HEARD_RATE) == pytest.approx(900, rel=0.05)


def test_any_rate_is_played_at_its_pitch(virtual_audio: VirtualAudio) -> None:
    with virtual_audio.recording() as recorded:
        Player().play([tone(0.3, 500, 48_000), tone(0.3, 500, 16_000), tone(0.3, 500, 11_025)])
    assert pitch(recorded.audible, HEARD_RATE) == pytest.approx(500, rel=0.02)
    assert sounding(recorded) == pytest.approx(0.9, abs=0.04)


def test_stopping_is_silence_at_once(virtual_audio: VirtualAudio) -> None:
    player = Player()
    with virtual_audio.recording() as recorded:
        thread = started(player, tone(20))
        player.stop()
        said = player.said()[-1]
        thread.join(5)
        assert not thread.is_alive()
    assert not player.playing
    # By the player's own reckoning nothing sounds after the stop, and the loudspeaker agrees within a block or two.
    assert sounding(recorded) == pytest.approx(said.ended - said.began, abs=0.3)


def test_playing_says_whether_all_was_heard(virtual_audio: VirtualAudio) -> None:
    player = Player()

    def endless() -> Iterator[Speech]:
        yield tone(0.2)
        player.stop()
        yield from [tone(20)] * 10

    assert player.play(endless()) is False
    assert player.play([]) is True
    assert player.play(tone(0.2)) is True, "a stop ends what is played, not what comes later"


def test_what_was_made_is_heard_before_a_fault_is_told(virtual_audio: VirtualAudio) -> None:
    def broken() -> Iterator[Speech]:
        yield tone(0.3)
        raise SynthesisError("the voice is gone")

    with virtual_audio.recording() as recorded, pytest.raises(SynthesisError, match="the voice is gone"):
        Player().play(broken())
    assert sounding(recorded) == pytest.approx(0.3, abs=0.03)


def test_two_threads_are_heard_one_after_the_other(virtual_audio: VirtualAudio) -> None:
    player = Player()
    with virtual_audio.recording() as recorded:
        thread = started(player, tone(0.5))
        assert player.play(tone(0.5)) is True
        thread.join()
    assert [said.speech.seconds for said in player.said()] == [0.5, 0.5]
    assert sounding(recorded) == pytest.approx(1.0, abs=0.05)


def test_a_machine_without_portaudio_is_told(tmp_path: Path) -> None:
    (tmp_path / "sounddevice.py").write_text("raise OSError('PortAudio library not found')")
    program = """
import numpy as np
from voice_skill.errors import AudioDeviceError
from voice_skill.speak.playback import Player
from voice_skill.speak.speech import Speech
try:
    Player().play(Speech(np.ones(99, np.int16), 22_050))
except AudioDeviceError as error:
    print(error)
"""
    environ = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=True)
    assert done.stdout == "PortAudio is missing. Run: sudo apt install libportaudio2\n"


def test_the_next_is_made_while_one_is_heard(virtual_audio: VirtualAudio) -> None:
    player = Player()
    before: list[bool] = []

    def made() -> Iterator[Speech]:
        for _ in range(4):
            before.append(player.playing)
            yield tone(0.2)

    player.play(made())
    assert before == [False, True, True, True]


def test_the_player_knows_what_is_heard_and_when(virtual_audio: VirtualAudio) -> None:
    player = Player()
    speeches = [Voice().synthesise(sentence) for sentence in SENTENCES]
    seen: list[tuple[str, float]] = []
    with virtual_audio.recording() as recorded:
        player.play(speeches, lambda speech, seconds: seen.append((speech.text, seconds)))
    assert player.current is None
    assert player.position == 0
    assert list(dict.fromkeys(text for text, _ in seen)) == list(SENTENCES)
    for speech in speeches:
        positions = [seconds for text, seconds in seen if text == speech.text]
        assert positions == sorted(positions)
        assert 0 <= positions[0] <= positions[-1] <= speech.seconds
    first, second = player.said()
    assert (first.speech, second.speech) == tuple(speeches)
    assert second.began == pytest.approx(first.ended, abs=0.05)
    loud = [moment for moment, sounds in recorded.moments() if sounds]
    assert first.began == pytest.approx(loud[0], abs=0.5)
    assert first.began <= loud[-1] <= second.ended + 0.5


def test_a_loudspeaker_goes_by_a_part_of_its_name_or_its_number(virtual_audio: VirtualAudio) -> None:
    from voice_skill.sound_devices import devices

    number = next(device.number for device in devices() if device.name == "pulse")
    for name in ("puls", "PULSE", str(number)):
        with virtual_audio.recording() as recorded:
            Player(name).play(tone(0.2))
        assert len(recorded.audible) > 0
    with pytest.raises(AudioDeviceError, match="'gramophone'"):
        Player("gramophone").play(tone(0.2))


def test_a_loudspeaker_that_is_taken_away_is_told_and_may_come_back(virtual_audio: VirtualAudio) -> None:
    player = Player()
    caught: list[Exception] = []

    def play() -> None:
        try:
            player.play(tone(20), lambda *_: heard.set())
        except AudioDeviceError as error:
            caught.append(error)

    heard = threading.Event()
    thread = threading.Thread(target=play)
    thread.start()
    assert heard.wait(10)
    for name in ("speaker", "mic"):  # PulseAudio moves a stream to the other sink while there is one
        virtual_audio.unplug(name)
    thread.join(15)
    assert [str(error) for error in caught] == ["the loudspeaker was taken away. Plug it in again"]
    assert not player.playing
    virtual_audio.plug("speaker")
    assert player.play(tone(0.2)) is True
