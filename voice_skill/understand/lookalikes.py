"""Words of a danger sign that belong to something harmless: "chest of drawers", "a fit of giggles"."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise

from voice_skill.content.red_flags import Flag
from voice_skill.understand.concepts import Concepts, Span, signs_of
from voice_skill.understand.said import Said

MORE = {"and", "but", "so", "then"}
"""Words after which something else is told: no look-alike goes on beyond them, or beyond a pain."""


class Lookalikes:
    """The ``unless`` of each danger sign."""

    def __init__(self, flags: Mapping[str, Flag], concepts: Concepts) -> None:
        self._signs = {
            flag.id: [sign for text in flag.unless for sign in signs_of(text, concepts, near=0)]
            for flag in flags.values()
        }

    def over(self, flag: str, hit: Collection[Span], said: Said) -> Iterator[frozenset[int]]:
        """The words of each look-alike of ``flag`` that is said, in one clause, with words of the ``hit`` in it."""
        for sign in self._signs[flag]:
            if sign.concepts <= said.tags.keys():
                found = (spans for spans in sign.found(said.tags) if _is_over(spans, hit, said))
                yield from (frozenset(at for span in spans for at in range(*span)) for spans in found)


def _is_over(spans: Sequence[Span], hit: Collection[Span], said: Said) -> bool:
    more = {at for at, word in enumerate(said.words) if word in MORE}
    more.update(start for start, _ in said.spans("pain"))
    # What can not be done is no yoga ("yoga okay if I can't catch breath").
    nots = said.inside("negations", hit)
    if nots and nots.isdisjoint(said.inside("negations", spans)):
        return False
    return (
        any(start < end and begin < stop for begin, end in spans for start, stop in hit)
        and len({said.clause[start] for start, _ in spans}) == 1
        and not any(more.intersection(range(end, then)) for (_, end), (then, _) in pairwise(spans))
    )
