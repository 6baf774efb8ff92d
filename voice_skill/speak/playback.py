"""Samples to a loudspeaker, stoppable at once, and always able to tell what is being heard."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voice_skill import sound_devices
from voice_skill.errors import AudioDeviceError, SynthesisError
from voice_skill.speak.speech import Speech

LATENCY = 0.1
"""Seconds of sound handed over in advance, for a machine that is busy; stopping does not wait for them."""

DRAIN = 1.5
"""Times the latency of silence played at the end: sound servers drop what they still hold when a stream ends."""

TICK = 0.03
"""Seconds between two looks at what is being heard."""

STALLED = 3.0
"""Seconds without a request for sound: the loudspeaker is gone."""

REMEMBERED = 30.0
"""Seconds for which what was said is remembered; nobody hears an echo later."""

Position = Callable[[Speech, float], None]
"""Called with what is being heard and the seconds of it that were heard."""


@dataclass(frozen=True, slots=True)
class Said:
    """What was heard from the loudspeaker, and when, by ``time.monotonic()``."""

    speech: Speech
    began: float
    ended: float
    """The time it is due to end, while it is being heard; the time it was cut off, when it was stopped."""


class Player:
    """A loudspeaker. One thread plays, any other may stop it.

    ``device`` is a part of the loudspeaker's name, or its number. The device is in use only while something is played.
    """

    def __init__(self, device: str | None = None) -> None:
        self._device = device
        self._tape = _Tape(1)
        self._stopped = threading.Event()
        self._turn = threading.Lock()
        self._lock = threading.Lock()
        self._stream: Any = None
        self._said: deque[Said] = deque()

    def play(self, speeches: Speech | Iterable[Speech], on_position: Position | None = None) -> bool:
        """Play without gaps what is made meanwhile; whether all was heard, that is, nobody called ``stop``.

        ``AudioDeviceError`` says what is missing; then the loudspeaker has been let go. A fault in the making of
        ``speeches`` is raised when what was made has been heard.
        """
        with self._turn:
            self._stopped.clear()
            self._tape = _Tape(1)
            try:
                self._play(iter([speeches] if isinstance(speeches, Speech) else speeches), on_position)
                return not self._stopped.is_set()
            finally:
                self.release()

    def _play(self, speeches: Iterator[Speech], on_position: Position | None) -> None:
        fault: SynthesisError | None = None
        while not self._stopped.is_set():
            try:
                speech = next(speeches, None)
            except SynthesisError as error:
                speech, fault = None, error
            if speech is None:
                break
            self._put(speech)
            self._follow(on_position, until=lambda: self._tape.begun)
        self._tape.finish()
        self._follow(on_position, until=lambda: self._tape.drained)
        if fault:
            raise fault

    def stop(self) -> None:
        """Silence, at once and from any thread. Nothing happens when nothing is played."""
        self._stopped.set()
        self.release()

    def release(self) -> None:
        """Let the loudspeaker go."""
        with self._lock:
            stream, self._stream = self._stream, None
            if stream is not None:
                self._remember(self._tape.heard(time.monotonic()))
                sound_devices.close_stream(stream)

    @property
    def playing(self) -> bool:
        """Whether the loudspeaker is in use."""
        return self._stream is not None

    @property
    def position(self) -> float:
        """Seconds heard of what is being said; 0 when nothing is."""
        said = self.current
        return min(time.monotonic() - said.began, said.speech.seconds) if said else 0.0

    @property
    def current(self) -> Said | None:
        """What is being heard, or ``None``."""
        now = time.monotonic()
        return next((said for said in reversed(self.said()) if said.began <= now < said.ended), None)

    def said(self) -> list[Said]:
        """What was heard in the last 30 seconds and is being heard, in order: an echo of it is no person speaking."""
        with self._lock:
            under_way = self._tape.heard() if self._stream is not None else []
            return [*self._said, *under_way]

    def _put(self, speech: Speech) -> None:
        with self._lock:
            if self._stopped.is_set():
                return
            if self._stream is None:
                self._open(speech.rate)
            self._tape.put(speech)

    def _open(self, rate: int) -> None:
        sound = sound_devices.library()
        tape: _Tape | None = None

        def fill(out: NDArray[np.int16], frames: int, timing: Any, status: Any) -> None:
            if tape is not None:
                tape.fill(out[:, 0], timing.outputBufferDacTime - timing.currentTime)

        stream = sound_devices.open_stream("output", self._device, rate, latency=LATENCY, callback=fill)
        self._tape = tape = _Tape(int(stream.samplerate), stream.latency)
        try:
            stream.start()
        except sound.PortAudioError as error:
            sound_devices.close_stream(stream)
            raise AudioDeviceError("the loudspeaker could not be started. Is another program using it?") from error
        self._stream = stream

    def _follow(self, on_position: Position | None, until: Callable[[], bool]) -> None:
        """Tell where we are until the tape says so, or somebody stops it."""
        while not self._stopped.is_set() and not until():
            if not self._alive():
                raise AudioDeviceError("the loudspeaker was taken away. Plug it in again")
            if on_position and (said := self.current):
                on_position(said.speech, self.position)
            self._stopped.wait(TICK)

    def _alive(self) -> bool:
        """Whether the loudspeaker still takes sound, or was let go by ourselves."""
        with self._lock:
            return self._stream is None or (bool(self._stream.active) and self._tape.quiet_for < STALLED)

    def _remember(self, heard: list[Said]) -> None:
        self._said.extend(heard)
        while self._said and self._said[0].ended < time.monotonic() - REMEMBERED:
            self._said.popleft()


@dataclass(slots=True)
class _Entry:
    speech: Speech
    samples: NDArray[np.int16]
    """At the loudspeaker's rate."""
    start: int | None = None
    """Frame of the tape at which it begins; ``None`` before."""


class _Tape:
    """Speech in a row, taken off by PortAudio's thread a block at a time."""

    def __init__(self, rate: int, latency: float = 0.0) -> None:
        self._rate = rate
        self._drain = int(DRAIN * latency * rate)
        self._entries: list[_Entry] = []
        self._at = 0, 0
        self._taken = 0
        self._origin = 0.0
        self._finished = False
        self._asked = time.monotonic()

    def put(self, speech: Speech) -> None:
        """Append."""
        self._entries.append(_Entry(speech, speech.at_rate(self._rate).samples))

    def finish(self) -> None:
        """Nothing more will come."""
        self._finished = True

    def fill(self, out: NDArray[np.int16], delay: float) -> None:
        """The next block, whose first sample will be heard in ``delay`` seconds; silence when there is nothing."""
        self._asked = time.monotonic()
        self._origin = self._asked + delay - self._taken / self._rate
        out[:] = 0
        number, offset = self._at
        filled = 0
        while filled < len(out) and number < len(self._entries):
            entry = self._entries[number]
            if offset == 0:
                entry.start = self._taken + filled
            piece = entry.samples[offset : offset + len(out) - filled]
            out[filled : filled + len(piece)] = piece
            filled, offset = filled + len(piece), offset + len(piece)
            if offset >= len(entry.samples):
                number, offset = number + 1, 0
        self._at = number, offset
        self._taken += len(out)

    @property
    def begun(self) -> bool:
        """Whether the last one that was put is under way, so that the next is wanted."""
        return self._entries[-1].start is not None

    @property
    def drained(self) -> bool:
        """Whether all of it has been heard."""
        if not self._finished:
            return False
        if not self._entries:
            return True
        last = self._entries[-1]
        return last.start is not None and self._taken >= last.start + len(last.samples) + self._drain

    @property
    def quiet_for(self) -> float:
        """Seconds since the loudspeaker asked for sound."""
        return time.monotonic() - self._asked

    def heard(self, cut: float = float("inf")) -> list[Said]:
        """What was and will be heard, and when; ``cut`` is the time at which it was stopped."""
        found = []
        for entry in self._entries:
            if entry.start is not None:
                began = self._origin + entry.start / self._rate
                found.append(Said(entry.speech, began, min(cut, began + len(entry.samples) / self._rate)))
        return [said for said in found if said.began < cut]
