"""What a listener hears in samples: words, by the skill's own recogniser; pitch, by the spectrum."""

from functools import cache

import numpy as np
import soxr

from voice_skill.hear.models import find_model
from voice_skill.hear.recogniser import Recogniser
from voice_skill.hear.recording import SAMPLE_RATE


@cache
def recogniser() -> Recogniser:
    return Recogniser(find_model("vosk-model-starter-en").folder)


def words(samples: np.ndarray, rate: int) -> str:
    """What was said."""
    padded = np.pad(samples, rate // 2)
    return recogniser().transcribe([soxr.resample(padded, rate, SAMPLE_RATE).astype(np.int16)]).text


def pitch(samples: np.ndarray, rate: int) -> float:
    """The strongest frequency, hertz."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum)) * rate / len(samples)


def voice_pitch(samples: np.ndarray, rate: int) -> float:
    """The pitch of a voice, hertz: the lag at which its sound repeats, in the middle over all voiced moments."""
    found = []
    size = rate // 20
    for at in range(0, len(samples) - 2 * size, size):
        frame = samples[at : at + 2 * size].astype(float)
        if np.abs(frame).max() < 3000:
            continue
        repeats = np.correlate(frame, frame, "full")[len(frame) - 1 :]
        low, high = rate // 400, rate // 70
        lag = low + int(np.argmax(repeats[low:high]))
        if repeats[lag] > 0.5 * repeats[0]:
            found.append(rate / lag)
    return float(np.median(found))
