"""Any audio file as blocks of 16 kHz mono sound, one block in memory at a time."""

import io
import os
import select
import stat
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

import numpy as np
from numpy.typing import NDArray

from voice_skill.errors import RecordingError
from voice_skill.hear import SAMPLE_RATE
from voice_skill.hear.container import is_cut_off, view
from voice_skill.paths import printable

Block = NDArray[np.int16]
"""Sound of shape ``(samples,)``, mono, at ``SAMPLE_RATE``."""

Source = Path | BinaryIO
"""A file, or a stream that is read to its end."""

BLOCK_SECONDS = 0.2
LONGEST = 3600.0
"""Seconds. An hour of talk is many minutes of decoding: better refused with a word than begun in silence."""

LARGEST_STREAM = 128 * 2**20
"""Bytes kept of a stream, since formats must be read back and forth: an hour at 16 bit, 16 kHz, with some to spare."""

PATIENCE = 5.0
"""Seconds to wait for the first byte of a named pipe that perhaps nobody writes to."""

LOWEST_RATE, HIGHEST_RATE = 6_000, 768_000
"""Hertz. Below, the consonants are gone and any word fits; above, it is a damaged header."""

SECONDS_A_YEAR = 31_536_000

MISSING = 0.1
"""Seconds less than the header tells that are no damage: encoders pad their last frame."""

SUFFIXES = {".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aif", ".aiff", ".au", ".caf", ".w64", ".rf64", ".snd"}
FOREIGN = {".m4a", ".aac", ".wma", ".amr", ".3gp", ".webm"}
"""Recordings of telephones and browsers, which must be converted first."""


def find_recordings(folder: Path) -> list[Path]:
    """The audio files directly in ``folder``, by name; ``RecordingError`` when there are none.

    Those that cannot be read are among them, to be told of.
    """
    name = printable(folder)
    try:
        found = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES | FOREIGN)
        found = [path for path in found if path.is_symlink() or path.is_file()]
    except OSError as error:
        raise RecordingError(f"{name}: cannot be opened: {error.strerror}. Check that you may read it") from error
    if not found:
        raise RecordingError(f"{name}: holds no audio files. Give a folder with WAV, FLAC, OGG or MP3 recordings")
    return found


class Recording:
    """A recording, opened: a context manager to iterate over once.

    ``seconds`` is its length as its header has it, 0 when that does not say.
    """

    def __init__(self, source: Source, longest: float = LONGEST) -> None:
        import soundfile

        self._name = printable(source) if isinstance(source, Path) else "standard input"
        self._stream = _open(source, self._name) if isinstance(source, Path) else _spooled(source, self._name)
        self._unreadable = soundfile.LibsndfileError
        self._longest = longest
        try:
            if is_cut_off(self._stream):
                raise self._cut_off()
            self._file: Any = soundfile.SoundFile(view(self._stream))
            # Else it seeks to where it is after each read, which fails in a FLAC of unknown length.
            self._file.seekable = lambda: False
            self.seconds = self._length()
        except soundfile.LibsndfileError as error:
            self._stream.close()
            raise RecordingError(f"{self._name}: {_unreadable(source)}") from error
        except RecordingError:
            self._stream.close()
            raise

    def _cut_off(self) -> RecordingError:
        return RecordingError(f"{self._name}: is cut off: its end is missing. Copy or record it again")

    def _length(self) -> float:
        """Seconds by the header, 0 when it does not say."""
        rate, frames = self._file.samplerate, self._file.frames
        if not LOWEST_RATE <= rate <= HIGHEST_RATE:
            raise RecordingError(f"{self._name}: has {rate} samples a second. Record it with {SAMPLE_RATE}")
        if frames == 0:
            raise RecordingError(f"{self._name}: holds no sound. Record it again")
        if frames > rate * SECONDS_A_YEAR:  # written to a pipe
            return 0.0
        self._check_length(frames / rate)
        return float(frames / rate)

    def _check_length(self, seconds: float) -> None:
        if seconds > self._longest:
            raise RecordingError(
                f"{self._name}: lasts {seconds / 60:.0f} minutes, longer than the {self._longest / 60:g} that are "
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
        read = 0
        while len(frames := self._frames(size)):
            read += len(frames)
            self._check_length(read / self._file.samplerate)
            yield mixed(frames)
        if read / self._file.samplerate < self.seconds - MISSING:
            raise self._cut_off()

    def _frames(self, size: int) -> NDArray[np.float32]:
        try:
            frames: NDArray[np.float32] = self._file.read(size, dtype="float32", always_2d=True)
        except self._unreadable as error:
            raise RecordingError(f"{self._name}: is damaged and cannot be read to its end. Record it again") from error
        if not np.isfinite(frames).all():
            raise RecordingError(f"{self._name}: is damaged: it holds values that are no sound. Save it again")
        return frames


def open_recording(source: Source, longest: float = LONGEST) -> Recording:
    """Open ``source``; ``RecordingError`` says in one line why it cannot be used.

    ``longest`` is in seconds. A stream is kept in memory, a file is read as it is needed.
    """
    return Recording(source, longest)


def mixed(frames: NDArray[np.float32]) -> NDArray[np.float32]:
    """One channel of shape ``(n,)`` out of ``(n, channels)``.

    The mean, unless the channels cancel each other (a microphone wired the wrong way round) or only one carries sound:
    then the loudest. Loudness is that of the difference between samples, in which the hum of a cable counts for little.
    """
    if frames.shape[1] == 1:
        return np.ascontiguousarray(frames[:, 0])
    mean: NDArray[np.float32] = frames.mean(axis=1)
    power = np.square(np.diff(frames, axis=0, prepend=0)).mean(axis=0)
    if np.square(np.diff(mean, prepend=0)).mean() >= 0.5 * power.max():
        return mean
    return np.ascontiguousarray(frames[:, int(power.argmax())])


def to_int16(samples: NDArray[np.float32]) -> Block:
    """Samples from -1 to 1 as 16-bit numbers; louder ones are clipped, as any sound card does."""
    scaled: NDArray[np.float32] = np.clip(samples * 32767.0, -32768, 32767)
    return scaled.astype(np.int16)


def _open(path: Path, name: str) -> BinaryIO:
    try:
        # Without waiting, since a named pipe would be waited for when it is opened.
        stream = open(path, "rb", opener=lambda file, flags: os.open(file, flags | os.O_NONBLOCK))  # noqa: SIM115
    except IsADirectoryError as error:
        raise RecordingError(f"{name}: is a folder, not a recording") from error
    except FileNotFoundError as error:
        raise RecordingError(f"{name}: there is no such file. Check the name") from error
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise RecordingError(f"{name}: cannot be opened: {why}. Check that you may read it") from error
    state = os.fstat(stream.fileno())
    if not stat.S_ISREG(state.st_mode):
        with stream:
            return _piped(stream, name)
    if state.st_size == 0:
        stream.close()
        raise RecordingError(f"{name}: is empty. Record it again")
    return stream


def _piped(stream: BinaryIO, name: str) -> BinaryIO:
    """All that comes out of a named pipe or a device."""
    if not select.select([stream], [], [], PATIENCE)[0]:
        raise RecordingError(f"{name}: nothing came in {PATIENCE:.0f} seconds. Start what writes to it first")
    os.set_blocking(stream.fileno(), True)
    return _spooled(stream, name)


def _spooled(stream: BinaryIO, name: str) -> BinaryIO:
    try:
        held = stream.read(LARGEST_STREAM + 1)
    except OSError as error:
        raise RecordingError(f"{name}: cannot be read: {error.strerror}. Give a recording") from error
    if not held:
        raise RecordingError(f"{name}: nothing came. Pipe a recording into it, as in: cat question.wav | ...")
    if len(held) > LARGEST_STREAM:
        raise RecordingError(f"{name}: is larger than {LARGEST_STREAM // 2**20} MB. Save it as a file and name that")
    return io.BytesIO(held)


def _unreadable(source: Source) -> str:
    if isinstance(source, Path) and source.suffix.lower() in FOREIGN:
        return "is of a kind that cannot be read. Convert it, as in: ffmpeg -i FILE question.wav"
    return "is not a sound file that can be read. Give a WAV, FLAC, OGG or MP3 recording"
