"""Which sound files are whole, told before a word of them is decoded: half a question must not be answered."""

import io
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr

from voice_skill.errors import RecordingError
from voice_skill.hear.container import is_cut_off
from voice_skill.hear.recording import open_recording

QUESTION = Path(__file__).parent.parent / "recordings" / "is_upper_back_pain_serious.wav"
KINDS = [
    ("WAV", "PCM_16", 16_000),
    ("FLAC", "PCM_16", 16_000),
    ("OGG", "VORBIS", 44_100),
    ("OGG", "OPUS", 48_000),
    ("MP3", "MPEG_LAYER_III", 44_100),
    ("AIFF", "PCM_16", 22_050),
    ("AU", "PCM_16", 16_000),
    ("CAF", "PCM_16", 16_000),
    ("W64", "PCM_24", 16_000),
    ("RF64", "PCM_16", 16_000),
]
IDS = [f"{kind}-{subtype}" for kind, subtype, _ in KINDS]


def encoded(kind: str, subtype: str, rate: int) -> bytes:
    samples, original = soundfile.read(QUESTION)
    data = io.BytesIO()
    soundfile.write(data, soxr.resample(samples, original, rate), rate, subtype, format=kind)
    return data.getvalue()


def seconds(data: bytes) -> float:
    with open_recording(io.BytesIO(data)) as recording:
        return sum(map(len, recording)) / 16_000


@pytest.mark.parametrize(("kind", "subtype", "rate"), KINDS, ids=IDS)
def test_a_whole_file_of_any_kind_is_read_from_a_stream(kind: str, subtype: str, rate: int) -> None:
    data = encoded(kind, subtype, rate)
    assert not is_cut_off(io.BytesIO(data))
    assert seconds(data) == pytest.approx(2.54, abs=0.1)


@pytest.mark.parametrize("share", [0.05, 0.4, 0.6, 0.9])
@pytest.mark.parametrize(("kind", "subtype", "rate"), KINDS, ids=IDS)
def test_a_cut_off_file_of_any_kind_is_refused(kind: str, subtype: str, rate: int, share: float) -> None:
    data = encoded(kind, subtype, rate)
    with pytest.raises(RecordingError) as error:
        seconds(data[: int(len(data) * share)])
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("length", [0, 0x7FFF_F000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF], ids=hex)
def test_a_wav_that_does_not_know_its_length_is_read_to_its_end(length: int) -> None:
    data = bytearray(QUESTION.read_bytes())
    at = data.index(b"data") + 4
    data[4:8] = data[at : at + 4] = struct.pack("<I", length)
    assert seconds(bytes(data)) == pytest.approx(2.54, abs=0.01)


def test_a_flac_that_does_not_know_its_length_is_read_to_its_end() -> None:
    data = bytearray(encoded("FLAC", "PCM_16", 16_000))
    data[21] &= 0xF0  # the 36 bits of STREAMINFO that count the samples, as a pipe leaves them
    data[22:26] = bytes(4)
    assert seconds(bytes(data)) == pytest.approx(2.54, abs=0.01)


def test_an_odd_last_chunk_without_its_padding_is_whole() -> None:
    data = encoded("WAV", "PCM_U8", 16_000)
    assert not is_cut_off(io.BytesIO(data))


@pytest.mark.parametrize(("rate", "says"), [(1, "1 samples a second"), (2_000, "2000"), (2**31 - 1, "2147483647")])
def test_an_impossible_rate_is_told(rate: int, says: str) -> None:
    data = bytearray(QUESTION.read_bytes())
    data[24:28] = struct.pack("<I", rate)
    with pytest.raises(RecordingError, match=says):
        seconds(bytes(data))


def test_damaged_headers_never_print(capfd: pytest.CaptureFixture[str]) -> None:
    # libsndfile asked to seek before the start, in a callback out of which Python printed a traceback.
    data = encoded("RF64", "PCM_16", 16_000)
    rng = np.random.default_rng(4)
    for _ in range(60):
        damaged = bytearray(data)
        for place in rng.integers(4, 80, 6):
            damaged[place] = rng.integers(256)
        try:
            seconds(bytes(damaged))
        except RecordingError as error:
            assert "\n" not in str(error)
    assert "Traceback" not in capfd.readouterr().err
