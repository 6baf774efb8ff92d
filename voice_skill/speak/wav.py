"""Speech to a WAV file that is whole at every moment."""

import contextlib
import wave
from pathlib import Path
from typing import BinaryIO

from voice_skill.errors import AudioDeviceError
from voice_skill.speak.speech import Speech


class WavWriter:
    """A WAV file that grows by speech, begun with the first. ``AudioDeviceError`` when it cannot be written."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stream: BinaryIO | None = None
        self._file: wave.Wave_write | None = None

    @property
    def begun(self) -> bool:
        """Whether there is a file."""
        return self._file is not None

    def write(self, speech: Speech) -> None:
        """Append speech; the first sets the rate. Whatever happens afterwards, it is in the file."""
        try:
            file = self._file or self._begun(speech.rate)
            file.writeframes(speech.at_rate(file.getframerate()).samples.astype("<i2").tobytes())
            assert self._stream
            self._stream.flush()
        except OSError as error:
            why = error.strerror or error
            raise AudioDeviceError(f"{self._path}: cannot be written: {why}. Give --out another place") from error

    def _begun(self, rate: int) -> wave.Wave_write:
        self._stream = self._path.open("wb")
        self._file = wave.open(self._stream, "wb")  # noqa: SIM115 - closed in close()
        self._file.setnchannels(1)
        self._file.setsampwidth(2)
        self._file.setframerate(rate)
        return self._file

    def close(self) -> None:
        """Write no more."""
        for each in (self._file, self._stream):
            if each:
                with contextlib.suppress(OSError):  # said when it was written
                    each.close()
