"""One person's conversation: what their words mean now, what the skill answers, and what it would answer."""

from collections.abc import Callable
from dataclasses import replace

from voice_skill.answer import conversation
from voice_skill.content import Content
from voice_skill.content.places import fill, place_for
from voice_skill.messages import Reply, Transcript, Understanding
from voice_skill.understand import Understander

WHILE_SPEAKING = "while_speaking"
"""Stands for the id of an open question: some words steer the talk only when something is going on."""

FORGOTTEN = 600.0
"""Seconds after the last word until the next is taken for another conversation, perhaps another person's."""


class Dialog:
    """The conversation under way. ``clock`` gives seconds."""

    def __init__(self, content: Content, place: str, clock: Callable[[], float]) -> None:
        self._content = content
        self._place = place
        self._clock = clock
        self._understander = Understander(content)
        self._state = self._fresh()
        self._last = clock()

    def understand(self, heard: Transcript) -> Understanding:
        """What words mean while the question now open is open."""
        return self._understander.understand(heard, self._state.asks)

    def interruption(self, heard: Transcript) -> Understanding:
        """What words mean while the skill speaks: "wait" is a command then, whatever is asked."""
        return self._understander.understand(heard, self._state.asks or WHILE_SPEAKING)

    def likely(self, heard: Understanding) -> Reply:
        """What would be answered to ``heard``; nothing changes."""
        return conversation.turn(self._content, self._state, heard)[0]

    def answer(self, heard: Understanding) -> Reply:
        """The answer to ``heard``."""
        now = self._clock()
        if now - self._last > FORGOTTEN:
            self._state = self._fresh()
        self._last = now
        reply, self._state = conversation.turn(self._content, self._state, heard)
        return reply

    def silence(self) -> Reply:
        """What to say when nobody answers."""
        return self.answer(Understanding(Transcript("")))

    def notice(self, name: str, **slots: str) -> tuple[str, ...]:
        """Sentences of ``responses/listening.toml``, outside the conversation."""
        words = {**place_for(self._content.places, self._place).words, **slots}
        return tuple(fill(sentence, words) for sentence in self._content.listening.said[name])

    def greet(self) -> Reply:
        """The first words, before anything was said."""
        reply, self._state = conversation.greet(self._content, self._state)
        return reply

    def _fresh(self) -> conversation.State:
        # What the skill is was said when it was started: it is not said again before every first answer.
        return replace(conversation.start(self._content, self._place, session=True), introduced=True)
