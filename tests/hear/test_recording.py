"""Any audio file as 16 kHz mono blocks, and a plain line for what is none."""

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from voice_skill.errors import RecordingError
from voice_skill.hear import SAMPLE_RATE
from voice_skill.hear.endpoint import utterances
from voice_skill.hear.models import find_model
from voice_skill.hear.recogniser import Recogniser
from voice_skill.hear.recording import find_recordings, mixed, open_recording

RECORDINGS = Path(__file__).parent.parent / "recordings"
QUESTION = RECORDINGS / "is_upper_back_pain_serious.wav"
WORDS = "is upper back pain serious"


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return Recogniser(find_model("vosk-model-starter-en").folder)


def heard(recogniser: Recogniser, path: Path) -> str:
    with open_recording(path) as recording:
        return " ".join(recogniser.transcribe(each.blocks).text for each in utterances(recording))


@pytest.mark.parametrize(
    ("name", "rate", "subtype"),
    [
        ("8k.wav", 8_000, "PCM_16"),
        ("16k_u8.wav", 16_000, "PCM_U8"),
        ("22k_24.wav", 22_050, "PCM_24"),
        ("44k_32.wav", 44_100, "PCM_32"),
        ("48k_float.wav", 48_000, "FLOAT"),
        ("16k_double.wav", 16_000, "DOUBLE"),
        ("8k_ulaw.wav", 8_000, "ULAW"),
        ("16k.flac", 16_000, "PCM_16"),
        ("44k.ogg", 44_100, "VORBIS"),
        ("44k.mp3", 44_100, "MPEG_LAYER_III"),
    ],
)
def test_every_format_is_heard_alike(
    recogniser: Recogniser, tmp_path: Path, name: str, rate: int, subtype: str
) -> None:
    import soxr

    samples, original = soundfile.read(QUESTION)
    soundfile.write(tmp_path / name, soxr.resample(samples, original, rate), rate, subtype=subtype)
    assert heard(recogniser, tmp_path / name) == WORDS


@pytest.mark.parametrize("kind", ["left-only", "opposite", "both"])
def test_stereo_is_heard_whatever_its_wiring(recogniser: Recogniser, tmp_path: Path, kind: str) -> None:
    samples, rate = soundfile.read(QUESTION)
    other = {"left-only": np.zeros_like(samples), "opposite": -samples, "both": samples}[kind]
    soundfile.write(tmp_path / "stereo.wav", np.stack([samples, other], axis=1), rate)
    assert heard(recogniser, tmp_path / "stereo.wav") == WORDS


@pytest.mark.parametrize("gain", [0.05, 5.0], ids=["quiet", "clipped"])
def test_quiet_and_clipped_speech_is_heard(recogniser: Recogniser, tmp_path: Path, gain: float) -> None:
    samples, rate = soundfile.read(QUESTION)
    soundfile.write(tmp_path / "level.wav", np.clip(samples * gain, -1, 1), rate)
    assert heard(recogniser, tmp_path / "level.wav") == WORDS


def test_the_size_of_blocks_does_not_change_what_is_heard(recogniser: Recogniser) -> None:
    samples, _ = soundfile.read(QUESTION, dtype="int16")
    for size in (160, 512, 1_600, 3_200, 8_000, len(samples)):
        blocks = [samples[at : at + size] for at in range(0, len(samples), size)]
        transcript = recogniser.transcribe(blocks)
        assert transcript.text == WORDS, size
        assert transcript.seconds == pytest.approx(len(samples) / SAMPLE_RATE)


def test_a_transcript_has_words_with_times_and_confidence(recogniser: Recogniser) -> None:
    partials: list[str] = []
    with open_recording(QUESTION) as recording:
        transcript = recogniser.transcribe(recording, partials.append)
    assert " ".join(word.text for word in transcript.words) == transcript.text
    assert all(0 <= word.start < word.end <= transcript.seconds for word in transcript.words)
    assert all(0 <= word.confidence <= 1 for word in transcript.words)
    assert transcript.text not in transcript.alternatives
    assert len(transcript.alternatives) <= 4
    assert len(partials) > 1
    assert WORDS.startswith(partials[-1])


def test_a_long_recording_is_cut_at_its_pauses() -> None:
    samples, _ = soundfile.read(QUESTION, dtype="int16")
    pause = np.zeros(3 * SAMPLE_RATE, np.int16)
    found = list(utterances([samples, pause, samples, pause, samples]))
    assert len(found) == 3
    assert [each.start for each in found] == pytest.approx([0, 5.5, 11], abs=0.6)


def test_a_stream_is_read_and_an_empty_one_told() -> None:
    with open_recording(io.BytesIO(QUESTION.read_bytes())) as recording:
        assert recording.seconds == pytest.approx(2.5, abs=0.2)
        assert sum(map(len, recording)) == pytest.approx(2.5 * SAMPLE_RATE, rel=0.1)
    with pytest.raises(RecordingError, match="nothing came"):
        open_recording(io.BytesIO(b""))


def test_a_folder_lists_its_recordings(tmp_path: Path) -> None:
    assert QUESTION in find_recordings(RECORDINGS)
    with pytest.raises(RecordingError, match="holds no audio files"):
        find_recordings(tmp_path)


def test_a_recording_that_is_too_long_is_refused() -> None:
    with pytest.raises(RecordingError, match="longer than"):
        open_recording(QUESTION, longest=1.0)


def test_channels_that_cancel_give_the_loudest() -> None:
    tone = np.sin(np.arange(100, dtype=np.float32))
    assert np.allclose(mixed(np.stack([tone, -tone], axis=1)), tone)


@settings(max_examples=150)
@given(st.binary(max_size=400), st.sampled_from([b"", b"RIFF\x00\x00\x00\x00WAVE", b"fLaC", b"OggS", b"ID3"]))
def test_any_bytes_are_sound_or_a_recording_error(data: bytes, head: bytes) -> None:
    try:
        with open_recording(io.BytesIO(head + data)) as recording:
            blocks = list(recording)
    except RecordingError as error:
        assert "\n" not in str(error)
    else:
        assert all(block.dtype == np.int16 for block in blocks)
