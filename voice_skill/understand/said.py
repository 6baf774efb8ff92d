"""What was said: its words, their concepts and the clauses that it is cut into."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from voice_skill.understand.concepts import Span, Tags

SUBJECTS = frozenset("i my me he she his her it there we they our their the you your now also then this that".split())
TELLERS = frozenset("i he she we they my our".split())
VERBS = frozenset(
    "am is are was were have has had feel feels felt can could keep keeps kept got get gets went do does did think "
    "will would hurts hurt aches ached ache burns burn goes go gone comes came started start woke fell just never "
    "looks looked seems says said cannot know took take noticed nearly almost collapsed fainted passed still "
    "suddenly might may guess suppose wet keeps need wake been must should swear lost "
    "want wants wanted tried coughed threw spat bled vomited saw".split()
)
FINITE = frozenset(
    "am is are was were has had hurts aches burns feels felt went goes gone comes came keeps kept gets got started "
    "have feel hurt throbs stings gave give gives drags droops tingles trembles buckles spins pounds swells".split()
)
OPENS = frozenset("can could will would do does did is am are has have had not cannot feel feels".split())
"""Words that begin a statement of its own after a comma ("legs not strong, can't climb the stairs")."""
SAYING = frozenset("say think deny claim believe pretend sure saying said call reckon lie".split())
YESES = frozenset("yes yeah yep aye".split())
NAYS = frozenset("no nope nah".split())
ANSWERS = YESES | NAYS
NOTS = frozenset("no not never without".split())
"""Words with which each thing of a list is denied by itself."""


@dataclass
class Said:
    """One utterance, tagged and cut."""

    words: Sequence[str]
    marks: Sequence[str]
    """The punctuation before each word."""
    tags: Tags
    named: Mapping[str, int]
    """The concept of each named set of words."""
    clause: list[int] = field(default_factory=list)
    """The number of each word's clause."""

    @cached_property
    def last(self) -> int:
        """The number of the last clause."""
        return self.clause[-1] if self.clause else 0

    def before(self, at: int) -> str:
        """The word before the one at ``at``; empty before the first."""
        return self.words[at - 1] if at else ""

    def spans(self, name: str) -> Sequence[Span]:
        """Where something of the set ``name`` is said."""
        return self.tags.get(self.named[name], ())

    def within(self, name: str, clauses: Collection[int]) -> Iterator[Span]:
        """The same, in one of ``clauses``."""
        return (span for span in self.spans(name) if self.clause[span[0]] in clauses)

    def says(self, name: str, clauses: Collection[int] | None = None) -> bool:
        """Whether something of a set is said, in one of ``clauses`` if these are given."""
        return bool(self.spans(name)) if clauses is None else any(True for _ in self.within(name, clauses))

    def ending(self, name: str) -> Iterator[Span]:
        """Where something of a set is said at the end of a clause."""
        number = [*self.clause, -1]
        return (span for span in self.spans(name) if number[span[1]] != number[span[1] - 1])

    def inside(self, name: str, spans: Collection[Span]) -> set[int]:
        """Where something of a set begins within one of ``spans``."""
        return {at for at, _ in self.spans(name) for start, end in spans if start <= at < end}

    def covered(self, name: str) -> set[int]:
        """The places of all words with which something of a set is said."""
        return {at for start, end in self.spans(name) for at in range(start, end)}

    def of(self, clauses: Collection[int]) -> list[str]:
        """The words of ``clauses``."""
        return [word for word, number in zip(self.words, self.clause, strict=True) if number in clauses]
