"""Whether a danger sign is to be believed: the second reader's word on the whole of what was said.

A sign is a few words; what stands around them tells whether they are an illness, a song or a story of long ago. Where
the second reader sees no danger in all of it, the sign is asked about rather than reported.
"""

from collections.abc import Collection, Container

from voice_skill.understand.clauses import Said
from voice_skill.understand.context import Context
from voice_skill.understand.likeness import Likeness

DOUBT = 0.25
"""Probability of danger below which a sign is asked about; chosen on emergencies and harmless lines held back."""
DISBELIEF = 0.04
"""The same below which it is passed over, unless it is an emergency."""
LEAD = 4
"""Words before and after a sign that are weighed of a question in which it stands ("is it bad when I have ...")."""


class Doubt:
    """Weighs all that was said around a sign."""

    def __init__(self, likeness: Likeness, context: Context) -> None:
        self._likeness = likeness
        self._context = context

    def danger(self, said: Said, extents: Collection[slice]) -> float:
        """Probability, 0 to 1, that danger is told, with signs at ``extents``: by all of it or by their clauses."""
        # A harmless question must not make the sign beside it look harmless.
        asking = {number for number in range(said.last + 1) if self._context.asks(said, number)}
        everywhere = set(said.clause)
        parts = [(extents, everywhere), *(([extent], set(said.clause[extent])) for extent in extents)]
        return max(self._likeness.danger(_part(said, near, clauses, asking)) for near, clauses in parts)


def _part(said: Said, extents: Collection[slice], clauses: Container[int], asking: Container[int]) -> str:
    """The words of ``clauses``; of those that are ``asking`` only the ones beside ``extents``."""
    near = {at for extent in extents for at in range(extent.start - LEAD, extent.stop + LEAD)}
    told = (
        word
        for at, (word, number) in enumerate(zip(said.words, said.clause, strict=True))
        if number in clauses and (at in near or number not in asking)
    )
    return " ".join(told)
