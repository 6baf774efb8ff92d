"""Words of a danger sign that belong to something harmless: "chest of drawers", "a fit of giggles"."""

from collections.abc import Collection, Mapping
from itertools import pairwise

from voice_skill.content.red_flags import Flag
from voice_skill.understand.clauses import Said
from voice_skill.understand.concepts import Concepts, Sign, Span, signs_of

MORE = {"and", "but", "so", "then"}
"""Words after which something else is told: no look-alike goes on beyond them, or beyond a pain."""


class Lookalikes:
    """The ``unless`` of each danger sign."""

    def __init__(self, flags: Mapping[str, Flag], concepts: Concepts) -> None:
        self._signs = {
            flag.id: [sign for text in flag.unless for sign in signs_of(text, concepts, near=0)]
            for flag in flags.values()
        }
        self._pain = concepts.number("<pain>")

    def cover(self, flag: str, hit: Collection[Span], said: Said, denied: Collection[int]) -> bool:
        """Whether a look-alike of ``flag`` is said, in one clause and not denied, with words of the ``hit`` in it."""
        return any(self._covers(sign, hit, said, denied) for sign in self._signs[flag])

    def _covers(self, sign: Sign, hit: Collection[Span], said: Said, denied: Collection[int]) -> bool:
        if not sign.concepts <= said.tags.keys():
            return False
        more = {at for at, word in enumerate(said.words) if word in MORE}
        more.update(start for start, _ in said.tags.get(self._pain, ()))
        return any(
            any(start < end and begin < stop for begin, end in spans for start, stop in hit)
            and len({said.clause[start] for start, _ in spans}) == 1
            and not any(start in denied for start, _ in spans)
            and not any(more.intersection(range(end, then)) for (_, end), (then, _) in pairwise(spans))
            for spans in sign.found(said.tags)
        )
