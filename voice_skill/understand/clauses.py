"""What was said, cut into clauses, with what is denied, long past or somebody else's."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from voice_skill.content.red_flags import Reading

SHORT_FORMS = tuple(
    (re.compile(pattern), full)
    for pattern, full in (
        (r"\bcan ?'?t\b|\bcannot\b", "can not"),
        (r"\bwon'?t\b", "will not"),
        (r"\bain'?t\b", "is not"),
        (r"n't\b", " not"),
        (r"\b(did|do|does|has|have|had|is|was|are|were|would|could|should)nt\b", r"\1 not"),
        (r"\bi'?m\b", "i am"),
        (r"'ve\b", " have"),
        (r"\bive\b", "i have"),
        (r"'re\b", " are"),
        (r"'ll\b", " will"),
        (r"'d\b", " had"),
        (r"\b(it|that|there|he|she|what|pain|chest|breathing|face|back)'s\b", r"\1 is"),
        (r"'s\b", ""),
        (r"\bdunno\b", "do not know"),
        (r"in'(?=\s|$)", "ing"),
    )
)
"""Contractions, with and without the apostrophe that recognition may drop."""

VERBS = (
    "am|is|are|was|were|have|has|had|feel|feels|felt|can|could|keep|keeps|got|get|gets|went|do|does|did|think|will|would"
    "|hurts|aches|burns|goes|gone|comes|started|just"
)
NEW_CLAUSE = re.compile(
    r"[.,;:!?]| - "
    r"|\band (?=(?:i|my|he|she|his|her|it|now|there|the|we|they|also|then|suddenly|all of)\b)"
    rf"|(?<=\w)\s(?=(?:i|he|she|they) (?:{VERBS})\b)"
    r"|(?<!think)(?<!believe)(?<!say)(?<!saying)(?<!sure)(?<!if)(?<!that)(?<!like)(?<!what)"
    rf"\s(?=(?:it|there) (?:{VERBS})\b)"
    rf"|(?<=\w)\s(?=my \w+ (?:{VERBS}|hurt|ache)\b)"
)
"""Punctuation, or a new subject with a verb of its own: no negation reaches past it."""

LIST_COMMA = re.compile(r",\s*(?=(?:or|nor|and no|no)\b|(?:\w+\s){0,2}\w+\s*(?:,|\bor\b|\bnor\b))")
"""A comma inside a list ("no fever, chest pain or rash"), which ends no clause."""

BODY = ("chest", "limb", "saddle", "belly", "leg")
"""Sets of words in ``reading.toml`` that name a part of the body."""

NEARLY = re.compile(r"\b(?:nearly|almost|about to|close to)\b")
"""What nearly happened counts ("I have not fainted but I nearly did")."""


def phrase(words: Iterable[str]) -> re.Pattern[str]:
    """Finds any of ``words`` as whole words."""
    choices = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{choices or '(?!)'})(?!\w)")


@dataclass(frozen=True)
class Clause:
    """A piece of what was said in which a negation holds to the end."""

    text: str
    denied_from: int | None
    """Place in ``text`` from which it is denied, or ``None``."""


class Clauses:
    """Cuts texts into clauses by the words of ``reading``."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._misheard = [
            (re.compile(rf"(?<![\w']){re.escape(wrong)}(?![\w'])"), right) for wrong, right in reading.misheard.items()
        ]

    def plain(self, text: str) -> str:
        """Lower case, contractions spelt out, misheard danger words mended. Commas and stops stay."""
        said = " ".join(text.lower().replace("’", "'").split())
        for wrong, right in (*self._misheard, *SHORT_FORMS):
            said = wrong.sub(right, said)
        said = re.sub(r"[^\w\s.,;:!?-]|_", " ", said).replace("-", " ")
        return " ".join(said.split())

    @cached_property
    def _turn(self) -> re.Pattern[str]:
        return phrase(self._reading.lists["turns"])

    @cached_property
    def _cautious(self) -> re.Pattern[str]:
        """Words beside which a sign must stand in one clause; else it may run on ("I puked and it was red")."""
        lists = self._reading.lists
        return phrase(word for name in ("negations", "others", "distance", "well") for word in lists[name])

    @cached_property
    def _soft_turn(self) -> re.Pattern[str]:
        return phrase(self._reading.lists["soft_turns"])

    @cached_property
    def _negation(self) -> re.Pattern[str]:
        return phrase(self._reading.lists["negations"])

    @cached_property
    def _body(self) -> re.Pattern[str]:
        words = self._reading.words
        return phrase(word for name in BODY for word in words[name] if "*" not in word)

    def of(self, text: str) -> list[Clause]:
        """The clauses of a plain text, and after a denial what the next one says of the same part of the body.

        "No chest pain, only a squeezing": the squeezing is in the chest.
        """
        listed = LIST_COMMA.sub(" or ", text)
        whole = [piece for part in NEW_CLAUSE.split(listed) for piece in self._turn.split(part)]
        pieces = [piece for part in whole for piece in self._soft_turn.split(part)]
        clauses = [self._clause(piece.strip()) for piece in pieces if piece.strip()]
        near = [*pairwise(clauses), *zip(clauses, clauses[2:], strict=False)]
        carried = [more for first, then in near for more in self._carried(first, then)]
        # "Pee just will not come": a soft turn ends a denial, but does not tear a sign in two.
        uncut = [self._clause(piece.strip()) for piece in whole if self._soft_turn.search(piece)]
        if not self._cautious.search(text):
            uncut.append(Clause(text, None))
        return clauses + carried + uncut

    def _carried(self, denied: Clause, then: Clause) -> Iterator[Clause]:
        if denied.denied_from is None:
            return
        part = self._body.search(denied.text)
        if part:
            shift = len(part.group()) + 1
            place = None if then.denied_from is None else then.denied_from + shift
            yield Clause(f"{part.group()} {then.text}", place)
        if NEARLY.search(then.text):
            yield Clause(denied.text[denied.denied_from :].partition(" ")[2], None)

    def _clause(self, text: str) -> Clause:
        found = self._negation.search(text)
        return Clause(text, found.start() if found else None)
