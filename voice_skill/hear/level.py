"""How good a sound is to recognise speech in: its level, its noise, whether it is clipped."""

from dataclasses import dataclass

import numpy as np

from voice_skill.hear import SAMPLE_RATE
from voice_skill.hear.recording import Block

FULL = 32_768.0
"""The loudest sample."""

FRAME = int(0.032 * SAMPLE_RATE)
"""Samples, 32 ms: shorter than a syllable, so that the pauses between them count."""

CLIPPED = 32_700
"""A sample at or above it was probably louder than the device can tell."""

SILENT = -90.0
"""Decibels, as a device gives that is muted or not plugged in; the quietest room is louder."""

NOISY = -40.0
"""Decibels of noise from which quiet speech is lost."""

MOST_CLIPPED = 0.001
"""Share of clipped samples from which words suffer."""


@dataclass(frozen=True, slots=True)
class SoundLevel:
    """Decibels are relative to the loudest possible sound, so below 0."""

    level: float
    """Root mean square, decibels."""
    peak: float
    """Loudest sample, decibels."""
    noise: float
    """The quietest tenth of it, decibels."""
    clipped: float
    """Share of samples, 0 to 1, that were too loud for the device."""

    @property
    def fault(self) -> str | None:
        """What is wrong with it and what to do, in one line, or ``None``."""
        if self.peak <= SILENT:
            return "it gives no sound at all. Is it muted, or switched off?"
        if self.clipped > MOST_CLIPPED:
            return f"{self.clipped:.1%} of its sound is too loud. Turn the microphone down, for example in alsamixer"
        if self.noise > NOISY:
            return f"the noise is at {self.noise:.0f} dB. Move it away from fans and radios, or turn it down"
        return None


def measure(samples: Block) -> SoundLevel:
    """The level of ``samples``, of shape ``(n,)``; silence when there are none."""
    if len(samples) < FRAME:
        return SoundLevel(SILENT, SILENT, SILENT, 0.0)
    sound = samples.astype(np.float64)
    frames = sound[: len(sound) // FRAME * FRAME].reshape(-1, FRAME)
    loudness = np.sqrt(np.mean(np.square(frames), axis=1))
    return SoundLevel(
        level=_decibels(float(np.sqrt(np.mean(np.square(sound))))),
        peak=_decibels(float(np.abs(sound).max())),
        noise=_decibels(float(np.quantile(loudness, 0.1))),
        clipped=float(np.mean(np.abs(sound) >= CLIPPED)),
    )


def _decibels(amplitude: float) -> float:
    return max(SILENT, float(20 * np.log10(max(amplitude, 1e-9) / FULL)))
