"""Live sound as blocks of 16 kHz: a microphone is an iterable, as a recording is."""

import queue
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from voice_skill.errors import AudioDeviceError
from voice_skill.hear import SAMPLE_RATE
from voice_skill.hear.recording import Block, to_int16
from voice_skill.sound_devices import close_stream, look_again, open_stream

BLOCK = 512
"""Samples at a time, 32 ms: one chunk of the voice detector."""

LATENCY = 0.03
"""Seconds of sound the driver may hold back."""

HEARTBEAT = 0.1
"""Seconds without sound after which an empty block is given: whoever listens has other things to look after."""

FIRST_BLOCK = 8.0
"""Seconds a device may take until its first sound: sound servers wake a sleeping card first."""

LOST = 1.5
"""Seconds without sound after which a device that gave some is taken for unplugged."""

RETRY = 1.0
"""Seconds between two attempts to open the device again."""

LONGEST_QUEUE = 1000
"""Blocks that may wait, about half a minute: what comes while the listener is stuck must not fill the memory."""


class Microphone:
    """Blocks of live sound, without end; empty ones while nothing comes. A context manager.

    ``device`` is a part of a name or a number, ``None`` the system's own choice; ``block`` is in samples. An unplugged
    device is opened again when it is back: ``lost`` tells. Entering it raises ``AudioDeviceError`` when there is none
    to begin with.
    """

    def __init__(
        self, device: str | None = None, clock: Callable[[], float] = time.monotonic, block: int = BLOCK
    ) -> None:
        self._device = device
        self._block = block
        self._clock = clock
        self._blocks: queue.Queue[Block] = queue.Queue(LONGEST_QUEUE)
        self._stream: Any = None
        self._resampler: Any = None
        self._ended = threading.Event()
        self._last = 0.0
        self._patience = FIRST_BLOCK
        self.lost = False
        """It was unplugged and is not back yet."""
        self.overflows = 0
        """Times that sound was thrown away because it was not fetched in time."""

    def __enter__(self) -> "Microphone":
        self._open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the blocks; may be called from any thread."""
        self._ended.set()
        self._let_go()

    def __iter__(self) -> Iterator[Block]:
        while not self._ended.is_set():
            try:
                block = self._blocks.get(timeout=HEARTBEAT)
            except queue.Empty:
                self._look_after()
                yield np.zeros(0, np.int16)
                continue
            self._last, self._patience, self.lost = self._clock(), LOST, False
            yield self._at_our_rate(block)

    def open_again(self) -> None:
        """Let go of the device for a moment, so that other devices that were plugged in can be found."""
        self._let_go()
        self._last = self._clock() - RETRY

    def _open(self) -> None:
        stream = open_stream(
            "input", self._device, SAMPLE_RATE, callback=self._arrived, blocksize=self._block, latency=LATENCY
        )
        self._resampler = _resampler(int(stream.samplerate))
        self._stream = stream
        self._last, self._patience = self._clock(), FIRST_BLOCK

    def _arrived(self, data: Any, frames: int, when: Any, status: Any) -> None:
        """PortAudio's thread: it copies and enqueues, nothing else."""
        if status and status.input_overflow:
            self.overflows += 1
        try:
            self._blocks.put_nowait(data[:, 0].copy())
        except queue.Full:
            self.overflows += 1

    def _at_our_rate(self, block: Block) -> Block:
        if self._resampler is None:
            return block
        return to_int16(self._resampler.resample_chunk(block.astype(np.float32) / 32768))

    def _look_after(self) -> None:
        """Notice that the device is gone, and try to have it back."""
        if self._stream is not None:
            silent = self._clock() - self._last
            if self._stream.active and silent < self._patience:
                return
            self.lost = True
            self._let_go()
        elif self._clock() - self._last < RETRY:
            return
        self._last = self._clock()
        look_again()
        try:
            self._open()
        except AudioDeviceError:
            self._let_go()

    def _let_go(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            close_stream(stream)


def _resampler(rate: int) -> Any:
    if rate == SAMPLE_RATE:
        return None
    import soxr

    return soxr.ResampleStream(rate, SAMPLE_RATE, 1, dtype="float32", quality="HQ")


def record(seconds: float, device: str | None = None) -> Block:
    """So many seconds of sound, of shape ``(n,)``, from its first on; ``AudioDeviceError`` when none comes."""
    kept: list[Block] = []
    wanted = int(seconds * SAMPLE_RATE)
    with Microphone(device) as microphone:
        for block in microphone:
            if microphone.lost:
                raise AudioDeviceError("the microphone gives no sound. Plug it in again, or choose another")
            kept.append(block)
            if sum(map(len, kept)) >= wanted:
                break
    return np.concatenate(kept)[:wanted]
