"""Any audio file as blocks of 16 kHz mono sound, one block in memory at a time."""

import io
import os
import struct
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

import numpy as np
from numpy.typing import NDArray

from voice_skill.errors import RecordingError
from voice_skill.hear import SAMPLE_RATE

Block = NDArray[np.int16]
"""Sound of shape ``(samples,)``, mono, at ``SAMPLE_RATE``."""

Source = Path | BinaryIO
"""A file, or a stream that is read to its end."""

BLOCK_SECONDS = 0.2
LONGEST = 3600.0
"""Seconds. An hour of talk is many minutes of decoding: better refused with a word than begun in silence."""

LARGEST_STREAM = 256 * 2**20
"""Bytes kept of a stream, since formats must be read back and forth: 60 minutes at 16 bit, 32 kHz."""

SUFFIXES = {".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aif", ".aiff", ".au", ".caf", ".w64", ".rf64", ".snd"}


def find_recordings(folder: Path) -> list[Path]:
    """The audio files directly in ``folder``, by name; ``RecordingError`` when there are none."""
    try:
        found = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES and path.is_file())
    except OSError as error:
        raise RecordingError(f"{folder}: cannot be opened: {error.strerror}") from error
    if not found:
        raise RecordingError(f"{folder}: holds no audio files. Give a folder with WAV, FLAC, OGG or MP3 recordings")
    return found


class Recording:
    """A recording, opened: a context manager to iterate over once.

    ``seconds`` is its length as its header has it.
    """

    def __init__(self, source: Source, longest: float = LONGEST) -> None:
        import soundfile

        self._name = str(source) if isinstance(source, Path) else "standard input"
        stream = _open(source) if isinstance(source, Path) else _spooled(source, self._name)
        try:
            _check_whole(stream, self._name)
            self._file: Any = soundfile.SoundFile(stream)
        except soundfile.LibsndfileError as error:
            stream.close()
            raise RecordingError(
                f"{self._name}: is not a sound file that can be read. Give a WAV, FLAC, OGG or MP3 recording"
            ) from error
        except RecordingError:
            stream.close()
            raise
        self._stream = stream
        self._unreadable = soundfile.LibsndfileError
        self._longest = longest
        self.seconds = self._file.frames / self._file.samplerate
        try:
            self._check_length()
        except RecordingError:
            self.close()
            raise

    def _check_length(self) -> None:
        if self._file.frames == 0:
            raise RecordingError(f"{self._name}: holds no sound. Record it again")
        if self.seconds > self._longest:
            raise RecordingError(
                f"{self._name}: lasts {self.seconds / 60:.0f} minutes, longer than the {self._longest / 60:g} that are "
                "taken at once. Cut it into shorter files, or raise max_minutes in the settings"
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        self._stream.close()

    def __iter__(self) -> Iterator[Block]:
        import soxr

        rate = self._file.samplerate
        resampler = None if rate == SAMPLE_RATE else soxr.ResampleStream(rate, SAMPLE_RATE, 1, dtype="float32")
        for samples in self._mono(max(1, int(BLOCK_SECONDS * rate))):
            yield to_int16(resampler.resample_chunk(samples) if resampler else samples)
        if resampler:
            yield to_int16(resampler.resample_chunk(np.zeros(0, np.float32), last=True))

    def _mono(self, size: int) -> Iterator[NDArray[np.float32]]:
        while True:
            try:
                frames = self._file.read(size, dtype="float32", always_2d=True)
            except self._unreadable as error:
                raise RecordingError(
                    f"{self._name}: is damaged and cannot be read to its end. Record it again"
                ) from error
            if not len(frames):
                return
            if not np.isfinite(frames).all():
                raise RecordingError(f"{self._name}: is damaged: it holds values that are no sound. Save it again")
            yield mixed(frames)


def open_recording(source: Source, longest: float = LONGEST) -> Recording:
    """Open ``source``; ``RecordingError`` says in one line why it cannot be used.

    ``longest`` is in seconds. A stream is kept in memory, a file is read as it is needed.
    """
    return Recording(source, longest)


def mixed(frames: NDArray[np.float32]) -> NDArray[np.float32]:
    """One channel of shape ``(n,)`` out of ``(n, channels)``.

    The mean, unless the channels cancel each other (a microphone wired the wrong way round) or only one carries sound:
    then the loudest.
    """
    if frames.shape[1] == 1:
        return np.ascontiguousarray(frames[:, 0])
    mean: NDArray[np.float32] = frames.mean(axis=1)
    power = np.square(frames).mean(axis=0)
    if np.square(mean).mean() >= 0.5 * power.max():
        return mean
    return np.ascontiguousarray(frames[:, int(power.argmax())])


def to_int16(samples: NDArray[np.float32]) -> Block:
    """Samples from -1 to 1 as 16-bit numbers; louder ones are clipped, as any sound card does."""
    scaled: NDArray[np.float32] = np.clip(samples * 32767.0, -32768, 32767)
    return scaled.astype(np.int16)


def _open(path: Path) -> BinaryIO:
    if path.is_dir():
        raise RecordingError(f"{path}: is a folder, not a recording")
    try:
        stream = path.open("rb")
    except FileNotFoundError as error:
        raise RecordingError(f"{path}: there is no such file. Check the name") from error
    except OSError as error:
        raise RecordingError(f"{path}: cannot be opened: {error.strerror}. Check that you may read it") from error
    if os.fstat(stream.fileno()).st_size == 0:
        stream.close()
        raise RecordingError(f"{path}: is empty. Record it again")
    return stream


def _spooled(stream: BinaryIO, name: str) -> BinaryIO:
    held = stream.read(LARGEST_STREAM + 1)
    if not held:
        raise RecordingError(f"{name}: nothing came. Pipe a recording into it, as in: cat question.wav | ...")
    if len(held) > LARGEST_STREAM:
        raise RecordingError(f"{name}: is larger than {LARGEST_STREAM // 2**20} MB. Save it as a file and name that")
    return io.BytesIO(held)


def _check_whole(stream: BinaryIO, name: str) -> None:
    """``RecordingError`` when a WAV file ends before its sound does: libsndfile would read it without a word."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    head = stream.read(12)
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        at, length = _data_chunk(stream, size)
        # A program that writes to a pipe cannot know the length and leaves 0 or the largest number.
        if at is None or (length < 0x7FFF_0000 and at + length > size + 1):
            raise RecordingError(f"{name}: is cut off: its end is missing. Copy or record it again")
    stream.seek(0)


def _data_chunk(stream: BinaryIO, size: int) -> tuple[int | None, int]:
    """Where the sound of a WAV file begins and how many bytes it should have; ``None`` when there is none."""
    at = 12
    while at + 8 <= size:
        stream.seek(at)
        kind, length = struct.unpack("<4sI", stream.read(8))
        if kind == b"data":
            return at + 8, length
        at += 8 + length + length % 2
    return None, 0
