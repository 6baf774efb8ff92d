"""A recording to the transcripts of its utterances: reading, endpointing and decoding side by side."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from voice_skill.hear.models import FoundModel
from voice_skill.hear.recogniser import Decoding, Recogniser
from voice_skill.messages import Transcript

if TYPE_CHECKING:
    # Not imported here: the model begins to load before numpy is there.
    from voice_skill.hear.recording import Block, Source

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

    def transcripts(self, source: "Source") -> Iterator[tuple[Transcript, float]]:
        """What was said in each utterance of a recording, as soon as it ended, and the seconds it took to hear it.

        Decoding runs beside the search for its end. ``RecordingError`` when the recording cannot be read.
        """
        self.preload()
        from voice_skill.hear.endpoint import SpeechBegan, SpeechGoesOn, speech
        from voice_skill.hear.recording import open_recording

        since = time.perf_counter()
        with open_recording(source, self._longest) as recording:
            for event in speech(recording):
                if isinstance(event, SpeechBegan):
                    running = _Running(self._thread, self._start)
                    running.accept(event.samples)
                elif isinstance(event, SpeechGoesOn):
                    running.accept(event.samples)
                else:
                    transcript = running.finish(event.utterance.certain)
                    yield replace(transcript, start=event.utterance.start), time.perf_counter() - since
                    since = time.perf_counter()
        _ = self.recogniser  # a model that cannot be used is told of even when nobody spoke

    def _start(self) -> Decoding:
        return self.recogniser.start()


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

    def finish(self, certain: bool) -> Transcript:
        for accepted in self._pending:
            accepted.result()
        return self._thread.submit(lambda: self._decoding.result().finish(certain)).result()
