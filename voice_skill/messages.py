"""What travels between the rooms. Frozen, small, with a unit on every number."""

from dataclasses import dataclass
from enum import IntEnum


class Level(IntEnum):
    """How soon a person should get help. Higher wins; within a conversation it never falls."""

    SELF_CARE = 1
    SOON = 2
    """See a doctor within days."""
    URGENT = 3
    """Speak to a doctor or an advice line today."""
    EMERGENCY = 4
    """Ambulance or hospital now."""

    @property
    def id(self) -> str:
        """The name used in ``responses/`` and in JSON, such as ``self_care``."""
        return self.name.lower()

    @classmethod
    def from_id(cls, text: str) -> "Level":
        """The level named ``text``; ``KeyError`` for any other word."""
        return {level.id: level for level in cls}[text]


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word."""

    text: str
    start: float
    """Seconds from the start of the recording."""
    end: float
    """Seconds from the start of the recording."""
    confidence: float
    """0 to 1, the recogniser's own."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was heard in one utterance. Empty text means that nobody spoke."""

    text: str
    confidence: float = 1.0
    """0 to 1: the mean over the words; 1 for typed text."""
    alternatives: tuple[str, ...] = ()
    """Further hypotheses, best first, without ``text`` itself; at most 4."""
    words: tuple[Word, ...] = ()
    seconds: float = 0.0
    """Length of the sound."""
    start: float = 0.0
    """Seconds from the start of the recording to the start of the utterance."""

    @property
    def hypotheses(self) -> tuple[str, ...]:
        """Every reading of the sound, the best first."""
        return (self.text, *self.alternatives)


@dataclass(frozen=True, slots=True)
class RedFlag:
    """A danger sign that a person reported."""

    id: str
    """Name of the file in ``responses/red_flags/``."""
    level: Level
    evidence: str
    """The words it was found in."""


@dataclass(frozen=True, slots=True)
class Match:
    """An FAQ entry that a transcript may ask for."""

    entry: str
    """Name of the file in ``responses/faq/``."""
    score: float
    """0 to 1: calibrated probability that this is the entry meant."""
    margin: float
    """0 to 1: ``score`` less that of the next entry."""
    phrase: str = ""
    """The nearest phrase of the entry, as its author wrote it."""


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a transcript means. ``match`` is ``None`` when no entry is near enough to answer."""

    transcript: Transcript
    red_flags: tuple[RedFlag, ...] = ()
    """Danger signs reported, the highest level first."""
    suspected: tuple[RedFlag, ...] = ()
    """Danger signs that only an alternative or a damaged hypothesis holds: to be asked about."""
    match: Match | None = None
    """The entry to answer with."""
    runner_up: Match | None = None
    """The next entry, or the nearest one when there is no match."""
    choices: tuple[str, ...] = ()
    """Two entries too close to call: to be asked about. Empty when ``match`` is given."""
    command: str | None = None
    """``yes``, ``no``, ``unsure``, ``repeat``, ``stop`` ... as in ``understand/commands.py``."""
    person: str = "self"
    """Whose body it is: ``self``, ``other``, ``child`` (under 16) or ``animal``."""
    general: bool = False
    """A danger sign was asked about in general ("can back pain mean a heart attack?")."""
    asked_about: tuple[RedFlag, ...] = ()
    """The danger signs that ``general`` is about, the highest level first."""
    out_of_scope: str | None = None
    """Why there is no match, where that is known: ``other_body_part``, ``animal``, ``child``."""

    @property
    def level(self) -> Level | None:
        """Highest level of the red flags, or ``None`` without any."""
        return max((flag.level for flag in self.red_flags), default=None)


@dataclass(frozen=True, slots=True)
class Delivery:
    """How the person asked to be spoken to and listened to, as factors of the settings."""

    rate: float = 1.0
    """Speed of the voice: below 1 after "slower"."""
    volume: float = 1.0
    """Loudness of the voice: above 1 after "louder"."""
    patience: float = 1.0
    """Silence that ends an utterance: 2 after "give me more time"."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the skill says next."""

    sentences: tuple[str, ...]
    """In spoken order, all slots filled."""
    level: Level | None = None
    """How soon to get help, as far as is known; ``None`` when nothing was assessed."""
    entry: str | None = None
    """The FAQ entry that was answered."""
    expects: str | None = None
    """Id of the question now open: a triage question, ``did_you_mean``, ``confirm_flag`` ... or ``None``."""
    done: bool = False
    """The conversation is over."""
    goes_on: bool = False
    """More is due: a turn without words brings it."""
    delivery: Delivery = Delivery()
    """How to say it, and how to listen afterwards."""

    @property
    def text(self) -> str:
        """All sentences in one line."""
        return " ".join(self.sentences)
