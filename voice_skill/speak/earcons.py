"""Two short tones for what is too quick to be said: a rising one for "I listen", a falling one for "I heard you"."""

from functools import cache

import numpy as np

from voice_skill.speak.speech import Speech

RATE = 22_050
"""Hertz, that of espeak-ng."""

LOW, HIGH = 587.33, 880.0
"""Hertz: a fifth, D5 and A5; most hearing losses spare this range."""

NOTE, FADE = 0.07, 0.012
"""Seconds of one note, and of its rise and fall, which keep it from clicking."""

LOUDNESS = 8_000
"""Peak, of 32,767: below the voice."""


@cache
def listening() -> Speech:
    """The wake phrase was heard; speak now."""
    return _notes(LOW, HIGH)


@cache
def heard() -> Speech:
    """The turn has ended; an answer is on its way."""
    return _notes(HIGH, LOW)


def _notes(*pitches: float) -> Speech:
    time = np.arange(int(NOTE * RATE)) / RATE
    fade = np.sin(np.pi / 2 * np.clip(np.minimum(time, time[::-1]) / FADE, 0, 1)) ** 2
    notes = [LOUDNESS * fade * np.sin(2 * np.pi * pitch * time) for pitch in pitches]
    return Speech(np.concatenate(notes).astype(np.int16), RATE)
