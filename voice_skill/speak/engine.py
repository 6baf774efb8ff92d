"""The process's one voice, in a thread of its own.

espeak-ng is one per process, and pyttsx3 wants one engine, one thread and one text at a time. So there is one of each
here, whatever number of voices asks, and each sentence says how fast and in which voice it is meant.
"""

import atexit
import queue
import threading
from concurrent.futures import Future
from dataclasses import dataclass, field

from voice_skill.errors import SynthesisError
from voice_skill.speak.espeak import Espeak
from voice_skill.speak.speech import Speech

PATIENCE = 60.0
"""Seconds one piece of text may take, waiting for others included; 2 s of speech take about 20 ms."""

NO_ANSWER = "the voice does not answer. Start again, or use --no-speech"
NO_THREAD = "the voice cannot start: the system gives it no thread. Free some memory, or use --no-speech"


@dataclass(frozen=True, slots=True)
class _Job:
    text: str
    rate: int
    voice: str | None
    done: "Future[Speech]" = field(default_factory=Future)


class Engine:
    """The process's voice, in a thread of its own that starts when it is first needed."""

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stuck = False

    def start(self) -> None:
        """Get ready in the background: it takes some 50 ms that would be heard as a wait.

        ``SynthesisError`` if the system gives no thread.
        """
        with self._lock:
            if self._thread is None:
                thread = threading.Thread(target=self._run, name="voice", daemon=True)
                try:
                    thread.start()
                except RuntimeError as error:  # no memory for its stack, or too many threads
                    raise SynthesisError(NO_THREAD) from error
                self._thread = thread
                atexit.register(self._end)

    def speak(self, text: str, rate: int, voice: str | None) -> Speech:
        """One piece of text, as ``speakable.pieces`` makes them, at ``rate`` words a minute.

        ``voice`` is a name of espeak-ng's, or ``None`` for its own choice. ``SynthesisError`` says what is missing.
        """
        if self._stuck:
            raise SynthesisError(NO_ANSWER)
        self.start()
        job = _Job(text, rate, voice)
        self._jobs.put(job)
        try:
            return job.done.result(PATIENCE)
        except TimeoutError as error:
            job.done.cancel()
            self._stuck = True  # nobody shall wait so long for every sentence that follows
            raise SynthesisError(NO_ANSWER) from error

    def _run(self) -> None:
        """Every job in turn. Whatever goes wrong belongs to the one who waits for it."""
        driver = Espeak()
        while (job := self._jobs.get()) is not None:
            if not job.done.set_running_or_notify_cancel():
                continue
            try:
                job.done.set_result(driver.speak(job.text, job.rate, job.voice))
            except BaseException as error:
                job.done.set_exception(error)
            self._stuck = False

    def _end(self) -> None:
        """espeak-ng must not call back into a Python that is going away."""
        self._jobs.put(None)
        if self._thread:
            self._thread.join(1.0)


ENGINE = Engine()
"""The one of this process."""
