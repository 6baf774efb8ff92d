"""Make the recordings named in ``recordings.tsv``: ``python tests/recordings/make.py [FOLDER VOICE RATE PITCH]``.

With the four arguments all words are spoken into another folder, by another voice.

Speech comes from espeak-ng (in the wheel of espeakng-loader, the version that the project itself needs) with the
voice and the words a minute of the table, resampled to 16 kHz mono 16-bit. Every run gives the same bytes.
"""

import csv
import ctypes
import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path

import espeakng_loader
import numpy as np
import soundfile
import soxr

HERE = Path(__file__).parent
SAMPLE_RATE = 16_000
QUIET = np.zeros(int(0.4 * SAMPLE_RATE), np.int16)
"""Before and after the words: nobody presses the button at the first sound."""

SYNCHRONOUS, UTF8, RATE, PITCH = 2, 1, 1, 3
"""``AUDIO_OUTPUT_SYNCHRONOUS``, ``espeakCHARS_UTF8``, ``espeakRATE`` and ``espeakPITCH`` of ``speak_lib.h``."""

CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class Library:
    """The one espeak-ng of this process, which cannot be the skill's own voice as well: it takes other options."""

    def __init__(self) -> None:
        self.library = ctypes.CDLL(espeakng_loader.get_library_path())
        self.sample_rate = self.library.espeak_Initialize(SYNCHRONOUS, 0, espeakng_loader.get_data_path().encode(), 0)
        self.parts: list[np.ndarray] = []
        self.callback = CALLBACK(self._keep)  # the library holds no reference of its own
        self.library.espeak_SetSynthCallback(self.callback)

    def _keep(self, samples: "ctypes._Pointer[ctypes.c_short]", count: int, _events: int) -> int:
        if samples and count:
            self.parts.append(np.ctypeslib.as_array(samples, (count,)).copy())
        return 0

    def say(self, words: str, voice: str, rate: int, pitch: int = 50) -> np.ndarray:
        """``words`` as 16 kHz int16 samples."""
        self.parts = []
        ctypes.CDLL(None).srand(1)  # the breath in some voices is drawn from C's rand()
        assert self.library.espeak_SetVoiceByName(voice.encode()) == 0, f"no voice {voice}"
        self.library.espeak_SetParameter(RATE, rate, 0)
        self.library.espeak_SetParameter(PITCH, pitch, 0)
        text = words.encode()
        self.library.espeak_Synth(text, len(text) + 1, 0, 1, 0, UTF8, None, None)
        return soxr.resample(np.concatenate(self.parts), self.sample_rate, SAMPLE_RATE)


class Espeak:
    """Voices of people, made in a process of its own."""

    def __init__(self) -> None:
        self._process = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))

    def say(self, words: str, voice: str, rate: int, pitch: int = 50) -> np.ndarray:
        """As ``Library.say``."""
        return self._process.submit(_say, words, voice, rate, pitch).result()

    def close(self) -> None:
        """The process ends."""
        self._process.shutdown()


@cache
def _library() -> Library:
    return Library()


def _say(words: str, voice: str, rate: int, pitch: int) -> np.ndarray:
    return _library().say(words, voice, rate, pitch)


def noise(seconds: float = 4.0, level: float = 0.02) -> np.ndarray:
    """The hiss of a fan: white noise of RMS ``level``, as int16 samples."""
    rng = np.random.RandomState(7)  # its stream is frozen across releases of numpy
    return np.round(rng.standard_normal(int(seconds * SAMPLE_RATE)) * level * 32767).astype(np.int16)


def rows() -> list[dict[str, str]]:
    """The table."""
    with (HERE / "recordings.tsv").open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table, delimiter="\t"))


def main() -> None:
    """Write every file of the table beside it."""
    espeak = Library()
    for row in rows():
        if row["voice"]:
            samples = np.concatenate([QUIET, espeak.say(row["words"], row["voice"], int(row["rate"])), QUIET])
        else:
            samples = noise() if row["file"] == "noise.wav" else np.zeros(3 * SAMPLE_RATE, np.int16)
        soundfile.write(HERE / row["file"], samples, SAMPLE_RATE, "PCM_16")


def by_another(folder: Path, voice: str, rate: int, pitch: int) -> None:
    """Write what is spoken in the table into ``folder``, by one voice."""
    espeak = Library()
    for row in rows():
        if row["voice"]:
            samples = np.concatenate([QUIET, espeak.say(row["words"], voice, rate, pitch), QUIET])
            soundfile.write(folder / row["file"], samples, SAMPLE_RATE, "PCM_16")


if __name__ == "__main__":
    if sys.argv[1:]:
        by_another(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    else:
        main()
