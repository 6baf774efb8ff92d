"""The voice in a thread of its own: replies are spoken while the ears go on listening."""

import queue
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from voice_skill.errors import AudioDeviceError, SynthesisError, VoiceSkillError
from voice_skill.live.own_voice import OwnVoice
from voice_skill.messages import Delivery
from voice_skill.speak.playback import Player
from voice_skill.speak.speech import Speech
from voice_skill.speak.synthesis import Voice

AS_SET = Delivery()
"""The voice as the settings have it."""

AT_MOST = 1.0
"""Seconds that ending may take."""


@dataclass(frozen=True, slots=True)
class _Say:
    sentences: tuple[str, ...]
    delivery: Delivery
    chime: Speech | None
    stop: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True, slots=True)
class _Prepare:
    sentence: str
    delivery: Delivery


class Mouth:
    """Speaks one reply at a time. ``player`` is ``None`` without a loudspeaker: then replies take no time."""

    def __init__(self, voice: Voice, player: Player | None = None) -> None:
        self._voice = voice
        self._player = player
        self.trouble = ""
        """What went wrong, in one line, for whoever shows it and clears it; once until something was said again."""
        self._told = False
        self.lost = False
        """The loudspeaker could not be used: perhaps it was plugged in anew and must be looked for."""
        self._jobs: queue.SimpleQueue[_Say | _Prepare | None] = queue.SimpleQueue()
        self._replies: tuple[_Say, ...] = ()
        self.own = OwnVoice(player.said if player else tuple)
        if player:
            voice.prepare()
        self._thread = threading.Thread(target=self._run, name="mouth", daemon=True)
        self._thread.start()

    @property
    def busy(self) -> bool:
        """Whether a reply is not over yet."""
        return any(not reply.over.is_set() for reply in self._replies)

    def say(
        self,
        sentences: Sequence[str],
        delivery: Delivery = AS_SET,
        chime: Speech | None = None,
        wait: bool = False,
    ) -> None:
        """Speak, after ``chime``; returns at once. What is being said is cut off, unless this may ``wait``."""
        if not wait:
            self.stop()
        reply = _Say(tuple(sentences), delivery, chime)
        self._replies = (*(one for one in self._replies if not one.over.is_set()), reply)
        self._jobs.put(reply)

    def stop(self) -> None:
        """Be silent, at once."""
        if self.busy:
            for reply in self._replies:
                reply.stop.set()
            if self._player:
                self._player.stop()

    def prepare(self, sentence: str, delivery: Delivery = AS_SET) -> None:
        """Make a sentence ready that will probably be said next."""
        if self._player and not self.busy:
            self._jobs.put(_Prepare(sentence, delivery))

    def close(self) -> None:
        """Be silent and end the thread."""
        self.stop()
        self._jobs.put(None)
        self._thread.join(AT_MOST)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                if isinstance(job, _Prepare):
                    self._adjusted(job.delivery).synthesise(job.sentence)
                elif self._player and not job.stop.is_set():
                    self._player.play(self._speeches(job))
            except Exception as error:  # whatever it was, the next reply is tried again
                self.lost = isinstance(error, AudioDeviceError)
                self._tell_once(error)
            finally:
                if isinstance(job, _Say):
                    job.over.set()

    def _speeches(self, job: _Say) -> Iterator[Speech]:
        if job.chime:
            yield job.chime
        for sentence in job.sentences:
            try:
                for speech in self._adjusted(job.delivery).stream(sentence):
                    if job.stop.is_set():
                        return
                    yield speech
                    self._told = False
            except SynthesisError as error:  # the next sentence may well be the one that matters
                self._tell_once(error)

    def _adjusted(self, delivery: Delivery) -> Voice:
        return self._voice.adjusted(delivery.rate, delivery.volume)

    def _tell_once(self, error: Exception) -> None:
        if not self._told:
            self._told = True
            self.trouble = str(error) if isinstance(error, VoiceSkillError) else f"the voice failed: {error}"
