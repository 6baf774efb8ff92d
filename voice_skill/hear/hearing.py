"""A recording to the transcripts of its utterances: reading, endpointing and decoding side by side."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from functools import cached_property
from queue import SimpleQueue
from threading import Event, Thread
from typing import TYPE_CHECKING

from voice_skill.hear.models import FoundModel
from voice_skill.hear.recogniser import Decoding, Recogniser
from voice_skill.hear.sense import fuller, sifted
from voice_skill.messages import Transcript

if TYPE_CHECKING:
    # Not imported here: the model begins to load before numpy is there.
    from voice_skill.hear.endpoint import Utterance
    from voice_skill.hear.recording import Block, Source

Heard = tuple[Transcript, float]
"""What was said in an utterance, and the seconds it took to hear it since the one before."""

AHEAD = 64
"""Pieces of sound that endpointing may be ahead of decoding: some seconds, so that an hour never waits in memory."""


class Hearing:
    """The one speech model of a process, and a thread in which it works.

    ``find_model`` is called when a recogniser is first needed, so that typed questions need no model. ``longest`` is
    the longest recording taken, in seconds.
    """

    def __init__(self, find_model: Callable[[], FoundModel], longest: float = 3600.0) -> None:
        self._find_model = find_model
        self._longest = longest
        self._thread = ThreadPoolExecutor(1, "recogniser")
        self._loading: Future[Recogniser] | None = None
        self._begun: tuple[Source, _Begun] | None = None
        self._closed = Event()

    def close(self) -> None:
        """Hear no more of a recording that was begun."""
        self._closed.set()

    @cached_property
    def model(self) -> FoundModel:
        """The speech model in use."""
        return self._find_model()

    @property
    def recogniser(self) -> Recogniser:
        """The one recogniser; waits until it is loaded. ``ModelError`` when there is none."""
        self.preload()
        assert self._loading is not None
        return self._loading.result()

    def preload(self) -> None:
        """Begin to load the model while the caller does something else."""
        if self._loading is None:
            self._loading = self._thread.submit(self._load)

    def _load(self) -> Recogniser:
        return Recogniser(self.model.folder)

    def begin(self, source: "Source") -> None:
        """Hear the recording that ``transcripts`` will be asked for first, while the caller does something else."""
        self.preload()
        # Here, not in the thread: two threads had better not import the same libraries at once.
        import voice_skill.hear.whole  # noqa: F401

        self._begun = source, _Begun(self._heard(source))

    def transcripts(self, source: "Source") -> Iterator[Heard]:
        """What was said in each utterance of a recording, as soon as it ended.

        Decoding runs beside the search for its end. ``RecordingError`` when the recording cannot be read.
        """
        begun, self._begun = self._begun, None
        return iter(begun[1]) if begun and begun[0] == source else self._heard(source)

    def _heard(self, source: "Source") -> Iterator[Heard]:
        self.preload()
        from voice_skill.hear.recording import open_recording
        from voice_skill.hear.whole import SHORT

        held: list[Heard] = []
        with open_recording(source, self._longest) as recording:
            for utterance, heard in self._utterances(recording):
                if utterance.whole:
                    # What was cut is not worth more than what is whole.
                    held = [heard] if fuller([one for one, _ in held], heard[0]) else held
                    continue
                held.append(heard)
                if utterance.start + utterance.seconds > SHORT:  # no second look comes
                    yield from held
                    held = []
        yield from held
        _ = self.recogniser  # a model that cannot be used is told of even when nobody spoke

    def _utterances(self, blocks: "Iterable[Block]") -> "Iterator[tuple[Utterance, Heard]]":
        from voice_skill.hear.endpoint import SpeechBegan, SpeechGoesOn
        from voice_skill.hear.whole import speech

        since = time.perf_counter()
        for event in speech(blocks):
            if self._closed.is_set():
                return
            if isinstance(event, SpeechBegan):
                running = _Running(self._thread, self._start)
                running.accept(event.samples)
            elif isinstance(event, SpeechGoesOn):
                running.accept(event.samples)
            else:
                transcript = running.finish(event.utterance)
                now = time.perf_counter()
                yield event.utterance, (transcript, now - since)
                since = now

    def _start(self) -> Decoding:
        return self.recogniser.start()


class _Begun:
    """A recording that is heard in a thread of its own. To iterate over once; faults are raised there."""

    def __init__(self, heard: Iterator[Heard]) -> None:
        self._heard = heard
        self._ready: SimpleQueue[Heard | Exception | None] = SimpleQueue()
        Thread(target=self._hear, name="begun").start()

    def _hear(self) -> None:
        try:
            for one in self._heard:
                self._ready.put(one)
            self._ready.put(None)
        except Exception as error:  # whatever it is, it belongs to who asks for the transcripts
            self._ready.put(error)

    def __iter__(self) -> Iterator[Heard]:
        while (one := self._ready.get()) is not None:
            if isinstance(one, Exception):
                raise one
            yield one


class _Running:
    """A Decoding in the recogniser's thread: ``accept`` returns at once unless it is far ahead."""

    def __init__(self, thread: Executor, start: Callable[[], Decoding]) -> None:
        self._thread = thread
        self._decoding = thread.submit(start)
        self._pending: deque[Future[None]] = deque()

    def accept(self, samples: "Block") -> None:
        self._pending.append(self._thread.submit(lambda: self._decoding.result().accept(samples)))
        while len(self._pending) > AHEAD:
            self._pending.popleft().result()

    def finish(self, utterance: "Utterance") -> Transcript:
        for accepted in self._pending:
            accepted.result()
        return self._thread.submit(lambda: self._finished(utterance)).result()

    def _finished(self, utterance: "Utterance") -> Transcript:
        decoding = self._decoding.result()
        transcript = replace(decoding.finish(utterance.certain), start=utterance.start)
        return sifted(transcript, decoding.likelihood, utterance.whole)
