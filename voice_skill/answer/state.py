"""What a conversation remembers from turn to turn."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from voice_skill.content import Content
from voice_skill.content.places import Place
from voice_skill.messages import Delivery, Level, RedFlag, Reply

Sentences = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the safety questions have come."""

    asks: str
    """Id of the question that is or was last open."""
    answers: Mapping[str, str] = field(default_factory=dict)
    """``yes``, ``no`` or ``unsure``, by question, in the order of the answers."""
    words: str = ""
    """How the person described it."""
    person: str = "self"
    """``self`` or ``other``."""
    unclear: int = 0
    """Answers to the open question that could not be made out."""
    turns: int = 0
    """What was said since the first question."""
    over: bool = False
    """The result was given, or the questions were stopped."""


@dataclass(frozen=True, slots=True)
class State:
    """All of it. A new one is made by each turn."""

    place: str = "unknown"
    session: bool = False
    """More turns will follow, so that offers and questions make sense."""
    introduced: bool = False
    """The skill has said what it is."""
    offered: bool = False
    """The safety questions were offered."""
    level: Level | None = None
    """The highest so far: it never falls."""
    flags: tuple[RedFlag, ...] = ()
    """Every danger sign reported so far, the highest first."""
    asks: str | None = None
    """Id of the question now open."""
    progress: Progress | None = None
    """The safety questions, once they were begun."""
    parts: tuple[Sentences, ...] = ()
    """What is still to be said of a result, a turn each."""
    last: Reply | None = None
    """What "repeat" says."""
    before: Reply | None = None
    """What was said before ``last``."""
    entry: str | None = None
    """The entry answered last, for "tell me more"."""
    more_said: bool = False
    """All that is known about ``entry`` was said."""
    choices: tuple[str, ...] = ()
    """The two entries of "did you mean"."""
    doubted: tuple[RedFlag, ...] = ()
    """The danger signs that "did you say" or "is that happening" asks about."""
    misses: int = 0
    """Unclear answers to those in a row."""
    silences: int = 0
    """Turns in a row without words."""
    brief: bool = False
    """The person wants it short."""
    between_blades: bool = False
    """The pain was placed between the shoulder blades."""
    child: bool = False
    """It is about somebody under sixteen: for the doctor, until the person starts over."""
    other: bool = False
    """The danger sign reported last was somebody else's."""
    told: int = 0
    """Turns in which the advice of an emergency was given."""
    helped: bool = False
    """Help is on its way."""
    delivery: Delivery = field(default_factory=Delivery)

    @property
    def asking(self) -> Progress | None:
        """The safety questions while they go on."""
        return self.progress if self.progress and not self.progress.over else None


def noted(content: Content, place: Place, state: State, flags: Iterable[RedFlag]) -> State:
    """The state with ``flags`` too, each at the level it has here and together with the others."""
    best: dict[str, RedFlag] = {}
    for flag in (*state.flags, *(_placed(content, place, flag) for flag in flags)):
        if flag.id not in best or best[flag.id].level < flag.level:
            best[flag.id] = flag
    for flag in list(best.values()):
        known = content.flags.get(flag.id)
        if known and best.keys() & set(known.raised_by):
            best[flag.id] = replace(flag, level=Level.EMERGENCY)
    together = tuple(sorted(best.values(), key=lambda flag: -flag.level))
    return raised(replace(state, flags=together), *(flag.level for flag in together))


def raised(state: State, *levels: Level | None) -> State:
    """The state at the highest of its level and ``levels``."""
    return replace(state, level=max((level for level in (state.level, *levels) if level is not None), default=None))


def _placed(content: Content, place: Place, flag: RedFlag) -> RedFlag:
    known = content.flags.get(flag.id)
    here = known.levels_by_place.get(place.code) if known else None
    return replace(flag, level=max(flag.level, here)) if here else flag
