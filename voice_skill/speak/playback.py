"""Samples to a loudspeaker, stoppable, or to a WAV file: as the listener hears it."""

import contextlib
import threading
import wave
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voice_skill.errors import AudioDeviceError
from voice_skill.sound_devices import library, quiet_stderr
from voice_skill.speak.synthesis import Speech

BLOCK_SECONDS = 0.03
"""Playback stops within one block."""


def play(speech: Speech, device: str | None = None, stop: threading.Event | None = None) -> None:
    """Play to the end, or until ``stop`` is set.

    ``device`` is a part of a loudspeaker's name or its number. ``AudioDeviceError`` says what is missing.
    """
    with quiet_stderr():
        sound = library()
        stream, rate = _opened(sound, speech.rate, _number(device))
    samples = speech.samples if rate == speech.rate else _resampled(speech, rate)
    try:
        with stream:
            size = max(1, int(BLOCK_SECONDS * rate))
            for at in range(0, len(samples), size):
                if stop and stop.is_set():
                    stream.abort()
                    return
                stream.write(samples[at : at + size])
    except sound.PortAudioError as error:
        raise AudioDeviceError("the loudspeaker was taken away. Plug it in again") from error


def _number(device: str | None) -> str | int | None:
    return int(device) if device and device.isdigit() else device


def _opened(sound: Any, rate: int, device: str | int | None) -> tuple[Any, int]:
    """A stream at ``rate``, or at the device's own when it does not take that."""
    try:
        info = sound.query_devices(device, "output")
        rates = (rate, int(info["default_samplerate"]))
        for tried in rates:
            with contextlib.suppress(sound.PortAudioError):
                return sound.OutputStream(
                    samplerate=tried, channels=1, dtype="int16", device=device, latency="high"
                ), tried
    except (sound.PortAudioError, ValueError) as error:
        what = f"no loudspeaker {device!r} was found" if device is not None else "no loudspeaker was found"
        raise AudioDeviceError(f"{what}. Plug one in, or write the answer to a file with --out") from error
    raise AudioDeviceError("the loudspeaker could not be opened. Is another program using it?")


def _resampled(speech: Speech, rate: int) -> NDArray[np.int16]:
    import soxr

    samples: NDArray[np.int16] = soxr.resample(speech.samples, speech.rate, rate)
    return samples


class WavWriter:
    """A WAV file that grows by speech. ``AudioDeviceError`` when it cannot be written."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: wave.Wave_write | None = None

    def write(self, speech: Speech) -> None:
        """Append speech; the first sets the rate."""
        try:
            if self._file is None:
                self._file = wave.open(str(self._path), "wb")  # noqa: SIM115 - closed in close()
                self._file.setnchannels(1)
                self._file.setsampwidth(2)
                self._file.setframerate(speech.rate)
            self._file.writeframes(speech.samples.tobytes())
        except OSError as error:
            raise AudioDeviceError(
                f"{self._path}: cannot be written: {error.strerror}. Give --out another place"
            ) from error

    def close(self) -> None:
        """Finish the file."""
        if self._file is not None:
            self._file.close()
