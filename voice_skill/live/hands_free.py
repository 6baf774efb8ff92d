"""Ears, conversation and mouth joined: blocks of sound in, spoken turns out, for days."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from voice_skill.hear.recording import Block
from voice_skill.live.dialog import Dialog
from voice_skill.live.ears import Began, Ears, Likely, Partial, Said, Sound, Woken
from voice_skill.live.machine import Due, Machine, State
from voice_skill.live.mouth import Mouth
from voice_skill.live.scene import Scene
from voice_skill.messages import Reply, Transcript, Understanding

INTERRUPTING = frozenset(
    "stop wait repeat repeat_last shorter skip slower faster louder quieter start_over go_back goodbye getting_help"
    " what_do_you_mean check_symptoms yes unsure".split()
)
"""Commands that are obeyed while the skill talks. A "no" is not: it would clear a question not heard to its end."""


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
    scene: Scene = field(init=False)
    """The last one."""
    _began: float = field(init=False, default=0.0)
    """When the utterance under way began."""
    _pressed: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self.scene = Scene(self.machine.state)

    def greet(self, sentences: tuple[str, ...]) -> None:
        """Say what comes before any turn."""
        self._speak(Reply(sentences, done=True))

    def press(self) -> None:
        """The button was pressed; may be called from any thread."""
        self._pressed = True

    def run(self, blocks: Iterable[Block]) -> None:
        """Listen until the blocks end."""
        for block in blocks:
            self.step(block)

    def step(self, block: Block) -> None:
        """Take one block of any size, an empty one too, and do what is due."""
        now = self.clock()
        self._look_after(now)
        talking = self.mouth.own.sounding(now)
        self.ears.awake, self.ears.talking = self.machine.awake, talking
        for sound in self.ears.accept(block):
            self._on(sound, now)
        if self.ears.speech:
            self.machine.voice(now)
        self._update()

    def notice(self, line: str, sentences: tuple[str, ...] = ()) -> None:
        """Something is wrong, or well again: shown, and said unless the skill is saying something."""
        self._set(notice=line)
        if sentences and not self.mouth.busy:
            self.mouth.say(sentences)

    def _look_after(self, now: float) -> None:
        if self._pressed:
            self._pressed = False
            self._press(now)
        if self.machine.state is State.SPEAKING and not self.mouth.busy:
            self.machine.spoken(now)
        due = None if self.ears.speech or self.mouth.busy else self.machine.due(now)
        if due is Due.SILENCE:
            self._speak(self.dialog.silence())

    def _press(self, now: float) -> None:
        self.mouth.stop()
        self.ears.forget()
        self.machine.woken(now)

    def _on(self, sound: Sound, now: float) -> None:
        match sound:
            case Began():
                self._began = now
            case Woken():
                self.mouth.stop()
                self.machine.woken(now)
                self._set(heard="", captions=())
            case Partial(text):
                self._partial(text, now)
            case Likely(heard):
                self._likely(self._others(heard, now))
            case Said(heard):
                self._said(self._others(heard, now), now)

    def _others(self, heard: Understanding, now: float) -> Understanding:
        """What was heard, less the skill's own words."""
        if not self.mouth.own.sounding(self._began):
            return heard
        rest = self.mouth.own.without(heard.transcript, self._began, now)
        return heard if rest == heard.transcript else self.dialog.understand(rest)

    def _partial(self, text: str, now: float) -> None:
        if self.machine.state is State.SPEAKING:
            self._likely(self._others(self.dialog.understand(Transcript(text)), now))
        elif self.machine.awake:
            self._set(heard=text)

    def _likely(self, heard: Understanding) -> None:
        """What the person seems to be saying: an interruption acts at once, an answer is made ready."""
        if self.machine.state is State.SPEAKING:
            if heard.red_flags or heard.command in INTERRUPTING:
                self.mouth.stop()
            return
        if self.machine.state is State.LISTENING and heard.transcript.text:
            reply = self.dialog.likely(heard)
            if reply.sentences:
                self.mouth.prepare(reply.sentences[0], reply.delivery)

    def _said(self, heard: Understanding, now: float) -> None:
        if not self.machine.awake or not heard.transcript.text or not self._meant(heard):
            return
        self.mouth.stop()
        self.machine.turn_ended()
        match = heard.match
        self._set(
            heard=heard.transcript.text,
            entry=match.entry if match else None,
            score=match.score if match else None,
            red_flags=tuple(flag.id for flag in heard.red_flags),
        )
        self._speak(self.dialog.answer(heard))

    def _meant(self, heard: Understanding) -> bool:
        """Whether words were meant for the skill: a voice from the radio gets no answer, not even a sorry."""
        understood = bool(heard.match or heard.red_flags or heard.command or heard.choices)
        if self.machine.state is State.SPEAKING:
            return bool(heard.match or heard.red_flags or heard.command in INTERRUPTING)
        return understood or bool(heard.suspected) or self.machine.addressed

    def _speak(self, reply: Reply) -> None:
        self.machine.replies(reply)
        self.ears.patience_factor = reply.delivery.patience
        self._set(state=State.SPEAKING, captions=reply.sentences, level=reply.level)
        self.mouth.say(reply.sentences, reply.delivery)

    def _update(self) -> None:
        if self.scene.state is not self.machine.state:
            self._set(state=self.machine.state)

    def _set(self, **changes: object) -> None:
        scene = replace(self.scene, **{"state": self.machine.state, **changes})  # type: ignore[arg-type]
        if scene != self.scene:
            self.scene = scene
            self.show(scene)
