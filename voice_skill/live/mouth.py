"""The voice in a thread of its own: replies are spoken while the ears go on listening."""

import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from voice_skill.errors import AudioDeviceError, SynthesisError
from voice_skill.live.own_voice import OwnVoice
from voice_skill.messages import Delivery
from voice_skill.speak.playback import play
from voice_skill.speak.synthesis import Speech, Voice

AS_SET = Delivery()
"""The voice as the settings have it."""


@dataclass(frozen=True, slots=True)
class _Say:
    sentences: tuple[str, ...]
    delivery: Delivery
    stop: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True, slots=True)
class _Prepare:
    sentence: str
    delivery: Delivery


class Mouth:
    """Speaks one reply at a time; a new one takes the place of the old. Without a loudspeaker replies take no time."""

    def __init__(
        self,
        make_voice: Callable[[], Voice],
        clock: Callable[[], float],
        device: str | None = None,
        audible: bool = True,
        trouble: Callable[[str], None] = lambda line: None,
    ) -> None:
        self._make_voice = make_voice
        self._voice: Voice | None = None
        self._clock = clock
        self._device = device
        self._audible = audible
        self._trouble = trouble
        self._told = False
        self._jobs: queue.SimpleQueue[_Say | _Prepare | Speech | None] = queue.SimpleQueue()
        self._reply: _Say | None = None
        self.own = OwnVoice()
        self._thread = threading.Thread(target=self._run, name="mouth", daemon=True)
        self._thread.start()

    @property
    def busy(self) -> bool:
        """Whether a reply is not over yet."""
        return self._reply is not None and not self._reply.over.is_set()

    def say(self, sentences: Sequence[str], delivery: Delivery = AS_SET) -> None:
        """Speak; returns at once."""
        self.stop()
        self._reply = _Say(tuple(sentences), delivery)
        self._jobs.put(self._reply)

    def stop(self) -> None:
        """Be silent within one block."""
        if self._reply is not None and self.busy:
            self._reply.stop.set()
            self.own.cut(self._clock())

    def prepare(self, sentence: str, delivery: Delivery = AS_SET) -> None:
        """Make a sentence ready that will probably be said next."""
        if self._audible and not self.busy:
            self._jobs.put(_Prepare(sentence, delivery))

    def earcon(self, sound: Speech) -> None:
        """Play a short sound, unless something is being said."""
        if self._audible and not self.busy:
            self._jobs.put(sound)

    def close(self) -> None:
        """Be silent and end the thread."""
        self.stop()
        self._jobs.put(None)
        self._thread.join(1.0)
        if self._voice:
            self._voice.close()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                self._do(job)
            except (SynthesisError, AudioDeviceError) as error:
                self._tell_once(error)
            finally:
                if isinstance(job, _Say):
                    job.over.set()

    def _do(self, job: _Say | _Prepare | Speech) -> None:
        if isinstance(job, _Prepare):
            self._speech(job.sentence, job.delivery)
        elif isinstance(job, Speech):
            play(job, self._device)
        elif self._audible:
            self._say(job)

    def _say(self, job: _Say) -> None:
        for sentence in job.sentences:
            speech = self._speech(sentence, job.delivery)
            if job.stop.is_set():
                return
            self.own.said(sentence, self._clock(), speech.seconds)
            play(speech, self._device, job.stop)
            self._told = False

    def _speech(self, sentence: str, delivery: Delivery) -> Speech:
        if self._voice is None:
            self._voice = self._make_voice()
        return self._voice.synthesise(sentence)

    def _tell_once(self, error: Exception) -> None:
        if not self._told:
            self._told = True
            self._trouble(str(error))
