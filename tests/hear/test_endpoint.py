"""Speech events out of blocks: when somebody speaks, what belongs to it, and what a quiet room costs."""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voice_skill.hear import SAMPLE_RATE
from voice_skill.hear.endpoint import (
    BEFORE,
    LONGEST_UTTERANCE,
    Endpointer,
    Event,
    SpeechBegan,
    SpeechEnded,
    SpeechGoesOn,
    Utterance,
)
from voice_skill.hear.recording import Block
from voice_skill.hear.voice import loudness
from voice_skill.hear.whole import utterances

RECORDINGS = Path(__file__).parent.parent / "recordings"
BLOCK = SAMPLE_RATE // 10


@pytest.fixture(scope="module")
def question() -> Block:
    """Speech from 0.4 s on, over a silence of digital zeros."""
    return soundfile.read(RECORDINGS / "is_upper_back_pain_serious.wav", dtype="int16")[0]


def silence(seconds: float) -> Block:
    return np.zeros(int(seconds * SAMPLE_RATE), np.int16)


def room(seconds: float, level: float = 40.0) -> Block:
    """The steady hiss of a room."""
    return (np.random.default_rng(2).standard_normal(int(seconds * SAMPLE_RATE)) * level).astype(np.int16)


def blocks(*sounds: Block, size: int = BLOCK) -> list[Block]:
    whole = np.concatenate(sounds)
    return [whole[at : at + size] for at in range(0, len(whole), size)]


def events(endpointer: Endpointer, sound: Sequence[Block]) -> list[Event]:
    return [event for block in sound for event in endpointer.accept(block)]


def ended(found: Sequence[Event]) -> list[Utterance]:
    return [event.utterance for event in found if isinstance(event, SpeechEnded)]


def test_an_utterance_begins_goes_on_and_ends(question: Block) -> None:
    endpointer = Endpointer()
    found = events(endpointer, blocks(question, silence(2)))
    kinds = [type(event) for event in found]
    assert kinds[0] is SpeechBegan
    assert kinds[-1] is SpeechEnded
    assert set(kinds[1:-1]) == {SpeechGoesOn}
    assert not endpointer.speaking
    assert endpointer.detected


def test_what_events_bring_is_the_whole_utterance(question: Block) -> None:
    found = events(Endpointer(), blocks(question, silence(2)))
    brought = [event.samples for event in found if isinstance(event, SpeechBegan | SpeechGoesOn)]
    (utterance,) = ended(found)
    assert np.array_equal(np.concatenate(brought), utterance.samples)
    at = round(utterance.start * SAMPLE_RATE)
    assert np.array_equal(utterance.samples, question[at : at + len(utterance.samples)])
    assert utterance.certain


@pytest.mark.parametrize("size", [1, 160, 512, 1_000, 3_200, 10**6])
def test_the_size_of_blocks_changes_nothing(question: Block, size: int) -> None:
    sound = [question[:24_000], silence(1.5), question]
    one, other = (list(utterances(blocks(*sound, size=each))) for each in (size, BLOCK))
    assert [each.start for each in one] == [each.start for each in other]
    for mine, theirs in zip(one, other, strict=True):
        assert np.array_equal(mine.samples, theirs.samples)


def test_half_a_second_before_the_voice_is_kept(question: Block) -> None:
    (utterance,) = ended(events(Endpointer(), blocks(silence(2), question, silence(2))))
    voice = 2 + np.flatnonzero(np.abs(question) > 300)[0] / SAMPLE_RATE
    assert voice - BEFORE - 0.1 <= utterance.start <= voice - 0.2


def test_silence_is_held_back_until_the_person_goes_on(question: Block) -> None:
    endpointer = Endpointer(silence=2.0)
    events(endpointer, blocks(question))
    in_the_pause = events(endpointer, blocks(silence(0.6)))
    assert endpointer.speaking
    assert 0.5 < endpointer.quiet < 1.0
    assert sum(len(event.samples) for event in in_the_pause if isinstance(event, SpeechGoesOn)) < 0.4 * SAMPLE_RATE
    (utterance,) = ended([*events(endpointer, blocks(question)), *endpointer.finish()])
    assert utterance.seconds == pytest.approx(2 * len(question) / SAMPLE_RATE + 0.6, abs=0.7)


def test_patience_may_change_while_somebody_speaks(question: Block) -> None:
    endpointer = Endpointer(silence=0.3)
    events(endpointer, blocks(question[: 2 * SAMPLE_RATE]))
    endpointer.silence = 2.0
    assert not ended(events(endpointer, blocks(silence(1.5))))
    endpointer.silence = 0.5
    assert len(ended(events(endpointer, blocks(silence(0.1))))) == 1


def test_a_listener_who_has_understood_ends_it_at_once(question: Block) -> None:
    endpointer = Endpointer()
    events(endpointer, blocks(question))
    assert endpointer.speaking
    assert len(ended(endpointer.finish())) == 1
    assert not endpointer.speaking
    assert endpointer.finish() == []


def test_speech_at_the_first_sample_and_cut_at_the_last_is_whole(question: Block) -> None:
    loud = np.flatnonzero(np.abs(question) > 300)
    tight = question[loud[0] : loud[-1] + 1]
    (utterance,) = utterances(blocks(tight))
    assert utterance.start == 0
    assert len(utterance.samples) == len(tight)


def test_a_radio_cannot_fill_the_memory(question: Block) -> None:
    voice = question[np.abs(question) > 0]
    endless = np.tile(voice, int(2.5 * LONGEST_UTTERANCE * SAMPLE_RATE / len(voice)))
    found = ended(events(Endpointer(), blocks(endless)))
    assert len(found) == 2
    assert all(each.seconds <= LONGEST_UTTERANCE + 1 for each in found)


def test_an_idle_endpointer_holds_half_a_second() -> None:
    endpointer = Endpointer()
    assert events(endpointer, blocks(room(20))) == []
    held = sum(sys.getsizeof(chunk) + chunk.nbytes for chunk in endpointer._before)
    assert held < 2 * (2 * BEFORE * SAMPLE_RATE)


@pytest.mark.parametrize("level", [0.0, 5.0, 60.0, 1_500.0], ids=["digital", "quiet", "room", "fan"])
def test_a_steady_room_is_not_listened_to(level: float, question: Block) -> None:
    endpointer = Endpointer()
    asked: list[bytes] = []
    detect = endpointer._voice._detector.process_chunk
    # The real detector, counted: its time is what a quiet room must not cost.
    endpointer._voice._detector.process_chunk = lambda chunk: (asked.append(chunk), detect(chunk))[1]
    events(endpointer, blocks(room(15, level)))
    asked.clear()
    assert events(endpointer, blocks(room(30, level))) == []
    assert len(asked) <= 0.02 * 30 * SAMPLE_RATE / 512
    loud = np.clip(question.astype(np.int32) + room(len(question) / SAMPLE_RATE, level / 3), -32768, 32767)
    events(endpointer, blocks(loud.astype(np.int16)))
    assert endpointer.detected


@pytest.mark.parametrize("decibel", [-30, -40, -50])
def test_very_quiet_speech_is_found_and_raised(question: Block, decibel: int) -> None:
    quiet = (question / np.abs(question).max() * 32767 * 10 ** (decibel / 20)).astype(np.int16)
    (utterance,) = utterances(blocks(quiet))
    assert utterance.certain
    assert utterance.seconds > 1.5
    frames = utterance.samples[: len(utterance.samples) // 512 * 512].reshape(-1, 512)
    assert max(map(loudness, frames)) >= 300


def tone(*frequencies: float) -> Block:
    time = np.arange(4 * SAMPLE_RATE) / SAMPLE_RATE
    phase = 2 * np.pi * np.cumsum(np.interp(time % 1, np.linspace(0, 1, len(frequencies)), frequencies)) / SAMPLE_RATE
    return (np.sin(phase) * 9_000).astype(np.int16)


@pytest.mark.parametrize(
    "sound",
    [
        tone(440, 440),
        tone(500, 1_300, 500),
        tone(960, 961, 770, 769),
        np.sign(tone(120, 120)) * np.int16(5_000),
        room(4, 3_000),
        np.cumsum(room(4, 30).astype(np.int32)).clip(-9_000, 9_000).astype(np.int16),
        np.tile(np.r_[np.full(8, 30_000), np.zeros(7_992)], 8).astype(np.int16),
        np.full(3 * SAMPLE_RATE, 12_000, np.int16),
    ],
    ids=["tone", "siren", "two-tone siren", "buzzer", "hiss", "rumble", "clicks", "constant"],
)
def test_what_is_no_voice_is_not_heard(sound: Block) -> None:
    # A siren was once decoded all the same, as "or a or a", and answered.
    # Whether a second look finds words is for test_whole.py.
    assert [utterance for utterance in utterances(blocks(sound)) if not utterance.whole] == []


def test_pauses_cut_a_recording(question: Block) -> None:
    found = list(utterances([question, silence(3), question, silence(3), question]))
    assert [each.start for each in found] == pytest.approx([0, 5.5, 11], abs=0.6)
