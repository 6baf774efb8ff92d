"""Any audio file as 16 kHz mono blocks, and a plain line for what is none."""

import io
import os
import threading
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from voice_skill.errors import RecordingError
from voice_skill.hear import SAMPLE_RATE
from voice_skill.hear import recording as recording_module
from voice_skill.hear.models import find_model
from voice_skill.hear.recogniser import Recogniser
from voice_skill.hear.recording import find_recordings, mixed, open_recording
from voice_skill.hear.whole import utterances

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


@pytest.mark.parametrize("speaking", range(6))
def test_the_one_channel_of_six_that_speaks_is_heard(tmp_path: Path, recogniser: Recogniser, speaking: int) -> None:
    samples, rate = soundfile.read(QUESTION)
    channels = np.random.default_rng(5).standard_normal((len(samples), 6)) * 0.002
    channels[:, speaking] += samples
    soundfile.write(tmp_path / "six.wav", channels, rate)
    assert heard(recogniser, tmp_path / "six.wav") == WORDS


def test_a_channel_that_hums_does_not_drown_the_one_that_speaks(tmp_path: Path, recogniser: Recogniser) -> None:
    samples, rate = soundfile.read(QUESTION)
    hum = 0.5 * np.sin(2 * np.pi * 50 * np.arange(len(samples)) / rate)
    soundfile.write(tmp_path / "hum.wav", np.stack([hum, samples], axis=1), rate)
    assert heard(recogniser, tmp_path / "hum.wav") == WORDS


def test_a_constant_offset_does_no_harm(tmp_path: Path, recogniser: Recogniser) -> None:
    samples, rate = soundfile.read(QUESTION)
    soundfile.write(tmp_path / "offset.wav", 0.3 * samples - 0.6, rate)
    assert heard(recogniser, tmp_path / "offset.wav") == WORDS


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "closed.wav"
    path.write_bytes(QUESTION.read_bytes())
    path.chmod(0)
    me = os.geteuid()
    if me == 0:  # root reads everything; nobody does not
        tmp_path.chmod(0o755)
        os.seteuid(65_534)
    try:
        with pytest.raises(RecordingError, match="cannot be opened: Permission denied"):
            open_recording(path)
    finally:
        os.seteuid(me)


def test_names_that_are_no_line_of_text_are_told_in_one(tmp_path: Path) -> None:
    for name in (b"two\nlines.wav", b"not\xffutf8.wav", b"\x1b[31mred.wav"):
        path = tmp_path / os.fsdecode(name)
        path.touch()
        with pytest.raises(RecordingError) as error:
            open_recording(path)
        assert str(error.value).isprintable()


def test_pipes_and_devices_are_read_to_their_end_and_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe = tmp_path / "pipe.wav"
    os.mkfifo(pipe)
    monkeypatch.setattr(recording_module, "PATIENCE", 0.2)
    with pytest.raises(RecordingError, match="nothing came in"):
        open_recording(pipe)
    monkeypatch.undo()
    writer = threading.Thread(target=pipe.write_bytes, args=(QUESTION.read_bytes(),))
    writer.start()
    with open_recording(pipe) as recording:
        assert sum(map(len, recording)) > 2 * SAMPLE_RATE
    writer.join()
    with pytest.raises(RecordingError, match="nothing came"):
        open_recording(Path("/dev/null"))


def test_a_recording_of_a_telephone_is_told_how_to_be_converted(tmp_path: Path) -> None:
    path = tmp_path / "memo.m4a"
    path.write_bytes(b"\0\0\0\x20ftypM4A " + bytes(200))
    with pytest.raises(RecordingError, match="ffmpeg"):
        open_recording(path)
    assert find_recordings(tmp_path) == [path]


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
