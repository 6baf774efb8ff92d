"""Louder and softer, cut into pieces, tones, and a WAV file that is whole at every moment."""

import os
import signal
import subprocess
import sys
import unicodedata
from pathlib import Path

import numpy as np
import pytest
import soundfile
from heard import pitch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from voice_skill.errors import AudioDeviceError, SynthesisError
from voice_skill.speak import earcons
from voice_skill.speak.speakable import LONGEST, pieces
from voice_skill.speak.speech import CEILING, Speech
from voice_skill.speak.synthesis import Voice
from voice_skill.speak.wav import WavWriter

SENTENCE = "Is upper back pain serious?"


def loudness(speech: Speech) -> float:
    return float(np.sqrt(np.mean(speech.samples.astype(float) ** 2)))


@given(arrays(np.int16, st.integers(1, 3000)), st.floats(0, 20))
def test_no_volume_makes_a_sample_wrap_round_or_clip(samples: np.ndarray, volume: float) -> None:
    louder = Speech(samples, 22_050).at_volume(volume).samples
    assert len(louder) == len(samples)
    if volume != 1.0:
        assert np.abs(louder.astype(int)).max() <= CEILING
    assert not np.any(louder.astype(int) * samples < 0)


def test_volume_is_a_factor_until_the_limiter_holds_it() -> None:
    plain = Voice().synthesise(SENTENCE)
    assert loudness(plain.at_volume(0.25)) == pytest.approx(loudness(plain) / 4, rel=0.01)
    assert loudness(plain.at_volume(2.0)) > 1.5 * loudness(plain)
    assert not plain.at_volume(0.0).samples.any()
    quiet = plain.at_volume(0.1)
    assert loudness(quiet.at_volume(3.0)) == pytest.approx(3 * loudness(quiet), rel=0.01)


def test_louder_and_slower_are_factors_of_the_same_voice() -> None:
    voice = Voice(volume=0.3)
    louder, slower = voice.adjusted(volume=2.0), voice.adjusted(rate=0.7)
    assert loudness(louder.synthesise(SENTENCE)) == pytest.approx(2 * loudness(voice.synthesise(SENTENCE)), rel=0.1)
    assert slower.synthesise(SENTENCE).seconds > 1.2 * voice.synthesise(SENTENCE).seconds
    assert voice.adjusted() is voice


@given(st.text(max_size=2000))
def test_pieces_are_short_and_keep_every_sounding_mark(text: str) -> None:
    try:
        parts = pieces(text)
    except SynthesisError:
        return
    assert all(0 < len(part) <= LONGEST for part in parts)
    sounding = [mark for mark in unicodedata.normalize("NFC", text) if mark.isalnum()]
    assert [mark for mark in "".join(parts) if mark.isalnum()] == sounding


def test_a_long_text_is_cut_between_sentences() -> None:
    text = " ".join(f"This is sentence number {number} of a long story, and it goes on." for number in range(20))
    parts = pieces(text)
    assert " ".join(parts) == text
    assert all(part.endswith(".") for part in parts)


def test_a_sentence_of_usual_length_is_one_piece() -> None:
    assert pieces("Ask Dr. Smith about 3.5 grams. Then call.") == ["Ask Dr. Smith about 3.5 grams. Then call."]


def test_the_two_earcons_are_short_and_go_up_and_down() -> None:
    for tone, rises in ((earcons.listening(), True), (earcons.heard(), False)):
        assert 0.1 < tone.seconds < 0.3
        half = len(tone.samples) // 2
        first, second = pitch(tone.samples[:half], tone.rate), pitch(tone.samples[half:], tone.rate)
        assert (second > 1.3 * first) if rises else (first > 1.3 * second)
        assert abs(int(tone.samples[0])) < 100, "a jump would click"
        assert abs(int(tone.samples[-1])) < 100, "a jump would click"


def test_a_wav_file_is_whole_after_each_speech(tmp_path: Path) -> None:
    out = tmp_path / "answer.wav"
    writer = WavWriter(out)
    for count in (1, 2, 3):
        writer.write(Speech(np.full(1000, 5, np.int16), 22_050))
        samples, rate = soundfile.read(out, dtype="int16")
        assert (len(samples), rate) == (1000 * count, 22_050)
    writer.close()
    writer.close()


def test_a_wav_file_has_one_rate(tmp_path: Path) -> None:
    writer = WavWriter(tmp_path / "answer.wav")
    writer.write(Speech(np.ones(22_050, np.int16), 22_050))
    writer.write(Speech(np.ones(44_100, np.int16), 44_100))
    writer.close()
    assert soundfile.info(tmp_path / "answer.wav").duration == pytest.approx(2, abs=0.01)


@pytest.mark.parametrize("place", ["nowhere/answer.wav", ".", "/dev/full"])
def test_a_wav_file_that_cannot_be_written_is_told(tmp_path: Path, place: str) -> None:
    writer = WavWriter(tmp_path / place)
    with pytest.raises(AudioDeviceError, match=r"cannot be written: .*Give --out another place"):
        writer.write(Speech(np.ones(100_000, np.int16), 22_050))
    writer.close()


def test_a_wav_file_survives_the_end_of_its_process(tmp_path: Path) -> None:
    program = """
import sys, time
from pathlib import Path
import numpy as np
from voice_skill.speak.speech import Speech
from voice_skill.speak.wav import WavWriter
WavWriter(Path(sys.argv[1])).write(Speech(np.ones(1000, np.int16), 22_050))
print("written", flush=True)
time.sleep(60)
"""
    command = [sys.executable, "-c", program, str(tmp_path / "answer.wav")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"written\n"
        os.kill(process.pid, signal.SIGKILL)
    assert len(soundfile.read(tmp_path / "answer.wav")[0]) == 1000
