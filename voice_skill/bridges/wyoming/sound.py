"""Raw sound in any format to the blocks that are heard, and the other way round."""

import numpy as np
from numpy.typing import NDArray

from voice_skill.errors import BridgeError
from voice_skill.hear import SAMPLE_RATE
from voice_skill.hear.recording import Block, mixed, to_int16

LOWEST_RATE, HIGHEST_RATE = 8_000, 192_000
MOST_CHANNELS = 8
WIDTHS = (1, 2, 3, 4)
"""Bytes a sample: 8 bit without a sign, the others with one."""


class Inlet:
    """A stream of raw sound of one format, turned into 16 kHz mono blocks. Frames may be cut anywhere."""

    def __init__(self, rate: object, width: object, channels: object) -> None:
        import soxr

        if type(rate) is not int or not LOWEST_RATE <= rate <= HIGHEST_RATE:
            raise BridgeError(f"rate must be a whole number from {LOWEST_RATE} to {HIGHEST_RATE}")
        if type(width) is not int or width not in WIDTHS:
            raise BridgeError("width must be 1, 2, 3 or 4 bytes")
        if type(channels) is not int or not 1 <= channels <= MOST_CHANNELS:
            raise BridgeError(f"channels must be a whole number from 1 to {MOST_CHANNELS}")
        self._width, self._channels = width, channels
        self._resampler = None if rate == SAMPLE_RATE else soxr.ResampleStream(rate, SAMPLE_RATE, 1, dtype="float32")
        self._plain = (rate, width, channels) == (SAMPLE_RATE, 2, 1)
        self._rest = b""

    def convert(self, sound: bytes) -> Block:
        """The block in ``sound``; what is left of a frame waits for the next."""
        sound = self._rest + sound
        whole = len(sound) - len(sound) % (self._width * self._channels)
        sound, self._rest = sound[:whole], sound[whole:]
        if self._plain:
            return np.frombuffer(sound, "<i2").astype(np.int16, copy=False)
        return self._resampled(mixed(_floats(sound, self._width).reshape(-1, self._channels)), last=False)

    def finish(self) -> Block:
        """What the resampler still holds."""
        return self._resampled(np.zeros(0, np.float32), last=True)

    def _resampled(self, samples: NDArray[np.float32], last: bool) -> Block:
        if self._resampler:
            samples = self._resampler.resample_chunk(samples, last=last)
        return to_int16(samples)


def _floats(sound: bytes, width: int) -> NDArray[np.float32]:
    """Samples from -1 to 1."""
    if width == 1:
        return (np.frombuffer(sound, np.uint8).astype(np.float32) - 128.0) / np.float32(128.0)
    if width == 3:
        bytes_ = np.frombuffer(sound, np.uint8).reshape(-1, 3)
        padded = np.concatenate((np.zeros((len(bytes_), 1), np.uint8), bytes_), axis=1)
        sound, width = padded.tobytes(), 4
    whole = np.frombuffer(sound, f"<i{width}").astype(np.float32)
    return whole / np.float32(2 ** (8 * width - 1))
