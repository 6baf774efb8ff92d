"""Ears, conversation and mouth joined: blocks of sound in, spoken turns out, for days."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from voice_skill.hear.recording import Block
from voice_skill.live.dialog import Dialog
from voice_skill.live.ears import Began, Ears, Likely, Partial, Said, Sound, Woken
from voice_skill.live.machine import Due, Machine, State
from voice_skill.live.mouth import Mouth
from voice_skill.live.pause import Pause
from voice_skill.live.scene import Scene
from voice_skill.messages import Reply, Transcript, Understanding
from voice_skill.speak.speech import Speech

INTERRUPTING = frozenset(
    "stop wait repeat repeat_last shorter skip slower faster louder quieter start_over go_back goodbye getting_help"
    " what_do_you_mean check_symptoms more_time yes unsure".split()
)
"""Commands that are obeyed while the skill talks. A "no" is not: it would clear a question not heard to its end."""

URGENT = frozenset({"stop", "wait", "repeat"})
"""Those of them that are one word and cannot wait for the end of an utterance."""

NO_SOUND: Block = np.zeros(0, np.int16)


@dataclass
class HandsFree:
    """Runs the conversation."""

    ears: Ears
    dialog: Dialog
    mouth: Mouth
    machine: Machine
    clock: Callable[[], float]
    """Seconds."""
    show: Callable[[Scene], None] = lambda scene: None
    """Is given each scene."""
    keep: Callable[[Block], None] = lambda samples: None
    """Is given the sound of each turn."""
    barge_in: bool = True
    """It listens while it speaks."""
    wake_sound: Speech | None = None
    """Says "speak now": it woke, and nobody has gone on to speak."""
    end_sound: Speech | None = None
    """Says "you were heard", before the answer."""
    scene: Scene = field(init=False)
    """The last one."""
    _began: float = field(init=False, default=0.0)
    """When the utterance under way began."""
    _overheard: Understanding | None = field(init=False, default=None)
    """What the voice was stopped for."""
    _echoed: bool = field(init=False, default=False)
    """The skill's own words were in what was heard last, so other words in it may be its own, badly heard."""
    _pressed: bool = field(init=False, default=False)
    _rested: bool = field(init=False, default=False)
    _called: bool = field(init=False, default=False)
    """It was woken and nothing was said since."""

    def __post_init__(self) -> None:
        self.scene = Scene(self.machine.state)

    def greet(self, sentences: tuple[str, ...]) -> None:
        """Say what comes before any turn."""
        self._speak(Reply(sentences, done=True))

    def press(self) -> None:
        """The button was pressed; may be called from any thread."""
        self._pressed = True

    def rest(self) -> None:
        """Be silent and sleep until it is called again; may be called from any thread."""
        self._rested = True

    def run(self, blocks: Iterable[Block]) -> None:
        """Listen until the blocks end. A failure costs what was being said, is told once, and is then left behind."""
        pause = Pause()
        for block in blocks:
            now = self.clock()
            if pause.over(now):
                try:
                    self.step(block)
                except Exception as error:  # whatever it was, somebody may need help in a minute
                    self._recover(error, first=pause.after_failure(now))

    def _recover(self, error: Exception, first: bool) -> None:
        self.ears.forget()
        self.machine.sleep()
        if first:
            self.notice(f"a turn was lost: {error}", self.dialog.notice("trouble"))

    def step(self, block: Block) -> None:
        """Take one block of any size, an empty one too, and do what is due."""
        now = self.clock()
        self._look_after(now)
        talking = self.mouth.own.sounding(now)
        self.ears.awake, self.ears.talking = self.machine.awake, talking
        if talking and not self.barge_in:
            self.ears.forget()
            block = block[:0]
        for sound in self.ears.accept(block):
            self._on(sound, now)
        if self.ears.speech:
            self.machine.voice(now)
        self._update()

    def notice(self, line: str, sentences: tuple[str, ...] = ()) -> None:
        """Something is wrong, or well again: shown, and said when the skill has finished."""
        self._set(notice=line)
        if sentences:
            self.mouth.say(sentences, wait=True)

    def _look_after(self, now: float) -> None:
        if self._pressed:
            self._pressed = False
            self._press(now)
        if self.mouth.trouble:
            self._set(notice=f"not spoken: {self.mouth.trouble}")
            self.mouth.trouble = ""
        if self._rested:
            self._rested = self._called = False
            self.mouth.stop()
            self.ears.forget()
            self.machine.sleep()
        if self.machine.state is State.SPEAKING and not self.mouth.busy:
            self.machine.spoken(now)
        due = None if self.mouth.busy else self.machine.due(now)
        if due is Due.SILENCE:
            self._speak(self.dialog.silence())

    def _press(self, now: float) -> None:
        self.mouth.stop()
        self.ears.forget()
        self._woken(now)
        self._chime()

    def _on(self, sound: Sound, now: float) -> None:
        match sound:
            case Began(seconds):
                self._began, self._overheard = now - seconds, None
            case Woken() if not self._said_by_itself(now):
                self.mouth.stop()
                self._woken(now)
            case Partial(text):
                self._partial(text, now)
            case Likely(heard):
                self._likely(self._others(heard, now))
            case Said(heard, _, samples):
                self._said(self._others(heard, now), samples)

    def _said_by_itself(self, now: float) -> bool:
        """Whether the wake phrase was the skill's own, telling how to wake it."""
        wake = self.ears.wake_words
        return bool(wake) and set(wake) <= set(self.mouth.own.words(self._began, now))

    def _woken(self, now: float) -> None:
        self.machine.woken(now)
        self._called = True
        self._see(Scene(self.machine.state))

    def _chime(self) -> None:
        """Speak now."""
        self._called = False
        if self.wake_sound:
            self.mouth.say((), chime=self.wake_sound)

    def _others(self, heard: Understanding, now: float) -> Understanding:
        """What was heard, less the skill's own words."""
        rest = heard.transcript
        if self.mouth.own.sounding(self._began):
            rest = self.mouth.own.without(heard.transcript, self._began, now)
        self._echoed = rest != heard.transcript
        return self.dialog.understand(rest) if self._echoed else heard

    def _partial(self, text: str, now: float) -> None:
        if self.machine.state is State.SPEAKING:
            rest = self.mouth.own.without(Transcript(text), self._began, now)
            self._interrupted(self.dialog.interruption(rest))
            self._last_word(text, now)
        elif self.machine.awake:
            self._set(heard=text)

    def _last_word(self, text: str, now: float) -> None:
        """Over its own voice a "stop" comes at the end of words that were badly heard, not alone."""
        word = text.rpartition(" ")[2]
        if self.machine.state is State.SPEAKING and not self.mouth.own.like(word, now):
            self._interrupted(self.dialog.interruption(Transcript(word)))

    def _likely(self, heard: Understanding) -> None:
        """What the person seems to be saying: an interruption acts at once, an answer is made ready."""
        if self.machine.state is State.SPEAKING:
            self._interrupted(self.dialog.interruption(heard.transcript))
            return
        if self.machine.state is State.LISTENING and heard.transcript.text:
            reply = self.dialog.likely(heard)
            if reply.sentences:
                self.mouth.prepare(reply.sentences[0], reply.delivery)

    def _interrupted(self, heard: Understanding) -> None:
        if heard.command in URGENT:
            self.ears.forget()
            self._said(heard, NO_SOUND)
        elif heard.red_flags or heard.command in INTERRUPTING:
            self.mouth.stop()
            self._overheard = heard

    def _said(self, heard: Understanding, samples: Block) -> None:
        overheard, self._overheard = self._overheard, None
        if overheard and overheard.red_flags and not heard.red_flags:
            heard = overheard  # what was heard over its own voice may be heard worse at the end, but it was a danger
        if self._called and not heard.transcript.text:
            self._chime()
        if not self.machine.awake or not heard.transcript.text or not self._meant(heard):
            return
        self._called = False
        self.mouth.stop()
        if len(samples):
            self.keep(samples)
        self.machine.turn_ended()
        match = heard.match
        scene = Scene(self.machine.state, heard.transcript.text, red_flags=tuple(flag.id for flag in heard.red_flags))
        self._see(replace(scene, entry=match.entry, score=match.score) if match else scene)
        self._speak(self.dialog.answer(heard))

    def _meant(self, heard: Understanding) -> bool:
        """Whether words were meant for the skill: a voice from the radio gets no answer, not even a sorry."""
        over_its_voice = bool(heard.match or heard.red_flags or heard.command in INTERRUPTING)
        if self._echoed or over_its_voice:
            return over_its_voice
        if self.machine.state is State.SPEAKING:
            return bool(heard.suspected)
        return bool(heard.suspected or heard.command or heard.choices) or self.machine.addressed

    def _speak(self, reply: Reply) -> None:
        self.machine.replies(reply)
        self.ears.patience_factor = reply.delivery.patience
        self._set(state=State.SPEAKING, captions=reply.sentences, level=reply.level)
        self.mouth.say(reply.sentences, reply.delivery, self.end_sound)

    def _update(self) -> None:
        if self.scene.state is not self.machine.state:
            self._set(state=self.machine.state)

    def _set(self, **changes: Any) -> None:
        self._see(replace(self.scene, **{"state": self.machine.state, **changes}))

    def _see(self, scene: Scene) -> None:
        if scene != self.scene:
            self.scene = scene
            self.show(scene)
