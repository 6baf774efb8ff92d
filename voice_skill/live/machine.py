"""The turns of a spoken conversation as a small state machine. Pure: the time is passed in, and nothing is heard here.

::

    sleeping --woken--> listening --turn_ended--> thinking --replies--> speaking --spoken--> listening or sleeping
"""

from dataclasses import dataclass
from enum import Enum

from voice_skill.messages import Reply


class State(Enum):
    """What the skill is doing, as a person would say it."""

    SLEEPING = "sleeping"
    """Only the wake phrase or the button does anything."""
    LISTENING = "listening"
    THINKING = "thinking"
    SPEAKING = "speaking"


class Due(Enum):
    """What the time has brought."""

    SILENCE = "silence"
    """Nobody answered an open question, or the next part of a reply is due: an empty turn of the conversation."""
    SLEEP = "sleep"
    """Nobody said more."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds."""

    follow_up: float = 8.0
    """It listens for so long after the wake phrase, and after an answer without it."""
    between_parts: float = 1.0
    """Pause between the parts of one reply, for a word from the person."""
    voice: float = 1.5
    """A window stays open for so long after a voice was last heard: nobody is cut off in the middle of a word."""
    longest: float = 30.0
    """But no longer than this after it should have closed: a radio never stops."""


class Machine:
    """Where the conversation stands. ``always`` never sleeps."""

    def __init__(self, timing: Timing | None = None, always: bool = False) -> None:
        self._timing = timing or Timing()
        self._always = always
        self.state = self._rest
        self.addressed = False
        """Whoever speaks now speaks to the skill: after the wake phrase, or because a question is open."""
        self._deadline: float | None = None
        self._closes = 0.0
        self._reply = Reply(())

    @property
    def _rest(self) -> State:
        return State.LISTENING if self._always else State.SLEEPING

    @property
    def awake(self) -> bool:
        """Whether speech is taken for a turn."""
        return self.state is not State.SLEEPING

    @property
    def asks(self) -> str | None:
        """Id of the question now open."""
        return self._reply.expects

    def woken(self, now: float) -> None:
        """The wake phrase was heard or the button pressed."""
        self.state, self.addressed = State.LISTENING, True
        self._open(now + self._timing.follow_up)

    def voice(self, now: float) -> None:
        """Somebody is speaking."""
        if self._deadline is not None:
            latest = self._closes + self._timing.longest
            self._deadline = min(max(self._deadline, now + self._timing.voice), latest)

    def turn_ended(self) -> None:
        """Somebody has spoken, and it is being made sense of."""
        self.state = State.THINKING

    def replies(self, reply: Reply) -> None:
        """The reply begins."""
        self.state, self._reply, self._deadline = State.SPEAKING, reply, None

    def spoken(self, now: float) -> None:
        """The reply is over, or was interrupted."""
        reply = self._reply
        self.addressed = reply.expects is not None
        if reply.done and not reply.goes_on:
            self.sleep()
            return
        self.state = State.LISTENING
        self._open(now + (self._timing.between_parts if reply.goes_on else self._timing.follow_up))

    def _open(self, until: float) -> None:
        self._deadline = self._closes = until

    def due(self, now: float) -> Due | None:
        """What the time has brought, if anything; once."""
        if self.state is not State.LISTENING or self._deadline is None or now < self._deadline:
            return None
        self._deadline = None
        if self._reply.goes_on or self._reply.expects:
            self.turn_ended()
            return Due.SILENCE
        self.sleep()
        return Due.SLEEP

    def sleep(self) -> None:
        """The exchange is over."""
        self.state, self.addressed, self._deadline, self._reply = self._rest, False, None, Reply(())
