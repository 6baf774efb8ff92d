"""Spoken sound: samples with their words, made louder or softer, and put together."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.int16]

CEILING = 32_000
"""Loudest sample the limiter lets through, of 32,767."""

LIMITER_SECONDS = 0.005
"""The limiter looks so far ahead: short enough not to be heard pumping, long enough not to distort a low voice."""


@dataclass(frozen=True, slots=True, eq=False)
class Speech:
    """Something to be played."""

    samples: Samples
    """Shape ``(n,)``, mono."""
    rate: int
    """Hertz."""
    text: str = ""
    """The words, for captions and to tell the skill's own voice from a person's; empty for a tone."""

    @property
    def seconds(self) -> float:
        """Its length."""
        return len(self.samples) / self.rate

    def at_rate(self, rate: int) -> "Speech":
        """The same, resampled to ``rate`` hertz."""
        if rate == self.rate:
            return self
        import soxr

        return replace(self, samples=soxr.resample(self.samples, self.rate, rate).astype(np.int16), rate=rate)

    def at_volume(self, volume: float) -> "Speech":
        """The same, ``volume`` times as loud; peaks that would be cut off are turned down instead."""
        if volume == 1.0:
            return self
        louder = self.samples * np.float32(max(0.0, volume))
        return replace(self, samples=(louder * _limiter(louder, self.rate)).astype(np.int16))


def joined(speeches: Iterable[Speech], text: str) -> Speech:
    """Speech of one rate after the other as one, which says ``text``."""
    parts = list(speeches)
    return Speech(np.concatenate([part.samples for part in parts]), parts[0].rate, text)


def silence(seconds: float, rate: int) -> Speech:
    """Nothing to be heard."""
    return Speech(np.zeros(int(seconds * rate), np.int16), rate)


def _limiter(samples: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    """A gain of 0 to 1 for each sample that keeps all of them below the ceiling.

    Blocks are turned down by their peaks; between the middles of two blocks the gain runs straight. A block takes the
    lowest gain of its neighbours, so that no point of those lines is above what the block itself needs.
    """
    size = max(1, int(LIMITER_SECONDS * rate))
    blocks = np.abs(np.append(samples, np.zeros(-len(samples) % size, np.float32))).reshape(-1, size)
    needed = np.minimum(1.0, CEILING / np.maximum(blocks.max(axis=1, initial=1.0), 1.0))
    lowest = np.lib.stride_tricks.sliding_window_view(np.pad(needed, 1, constant_values=1.0), 3).min(axis=1)
    middles = np.arange(len(lowest)) * size + size / 2
    gain: NDArray[np.float32] = np.interp(np.arange(len(samples)), middles, lowest).astype(np.float32)
    return gain
