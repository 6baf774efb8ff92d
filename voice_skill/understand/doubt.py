"""Whether a danger sign is to be believed: the second reader's word on the whole of what was said.

A sign is a few words; what stands around them tells whether they are an illness, a song or a story of long ago. Where
the second reader sees no danger in all of it, the sign is asked about rather than reported.
"""

from collections.abc import Collection, Container

from voice_skill.understand import general
from voice_skill.understand.likeness import Likeness
from voice_skill.understand.said import Said

DOUBT = 0.15
"""Probability of danger below which a sign is asked about; chosen on emergencies and harmless lines held back."""
DOUBT_OF_LESSER = 0.3
"""The same of a sign that is no emergency, and does not count for a lifetime."""
DISBELIEF = 0.03
"""The same below which it is passed over, unless it is an emergency."""
JOINING = frozenset({"and", "plus"})
"""Words that join one complaint to another."""
FEW = 6
"""Words of an ordinary complaint."""
PLAIN = 0.8
"""Probability from which a clause tells danger plainly, whatever stands beside it."""
LEAD = 4
"""Words before and after a sign that are weighed of a question in which it stands ("is it bad when I have ...")."""


class Doubt:
    """Weighs all that was said around a sign."""

    def __init__(self, likeness: Likeness) -> None:
        self._likeness = likeness

    def danger(self, said: Said, extents: Collection[slice]) -> float:
        """Probability, 0 to 1, that danger is told, with signs at ``extents``: by all of it, or plainly by a clause."""
        asking = {number for number in range(said.last + 1) if general.asks(said, number)}
        likely = self._likeness.danger(_told(said, extents, set(said.clause), asking))
        if likely >= PLAIN:
            return likely
        texts = {_told(said, [extent], set(said.clause[extent]), asking) for extent in extents}
        plain = (each for each in map(self._likeness.danger, texts) if each >= PLAIN)
        # "A stiff neck" must not make the chest pain beside it look harmless.
        apart = (
            self._likeness.danger(" ".join(said.words[own]))
            for own, beside in (_apart(said, extent) for extent in extents)
            if any(_is_ordinary(said, each) for each in beside)
        )
        return max((likely, *plain, *apart))


def _is_ordinary(said: Said, beside: slice) -> bool:
    """Whether few words, joined to a sign, tell of an ordinary back."""
    few = 0 < beside.stop - beside.start <= FEW
    return few and any(beside.start <= at < beside.stop for at, _ in said.spans("ordinary"))


def _apart(said: Said, extent: slice) -> tuple[slice, tuple[slice, slice]]:
    """The part of a clause, from "and" to "and", in which a sign stands, and what is before and behind these."""
    clauses = set(said.clause[extent])
    start, stop = extent.start, extent.stop
    while start and said.before(start) not in JOINING and said.clause[start - 1] in clauses:
        start -= 1
    while stop < len(said.words) and said.words[stop] not in JOINING and said.clause[stop] in clauses:
        stop += 1
    first = said.clause.index(said.clause[start])
    last = len(said.clause) - said.clause[::-1].index(said.clause[stop - 1])
    return slice(start, stop), (slice(first, start - 1), slice(stop + 1, last))


def _told(said: Said, extents: Collection[slice], clauses: Container[int], asking: Container[int]) -> str:
    """The words of ``clauses``; of those that are ``asking``, which make danger look harmless, those at ``extents``."""
    near = {at for extent in extents for at in range(extent.start - LEAD, extent.stop + LEAD)}
    return " ".join(
        word
        for at, (word, number) in enumerate(zip(said.words, said.clause, strict=True))
        if number in clauses and (at in near or number not in asking)
    )
