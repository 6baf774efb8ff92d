"""Finds the signs of ``responses/red_flags/`` in what was said."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from voice_skill.content import Content
from voice_skill.content.red_flags import Flag
from voice_skill.understand.ages import OLD
from voice_skill.understand.concepts import Concepts, Sign, Span, signs_of
from voice_skill.understand.lookalikes import Lookalikes
from voice_skill.understand.said import Said
from voice_skill.understand.when import IT

APART = 2
"""Clauses between which a sign may be spread."""
RUN_ON = 2
"""The same for a sign whose words stand in their order ("one minute I was ..., the next I was on the floor")."""
TOLD = frozenset("i he she it there that my".split())
"""Words with which begins what one can not say ("I can't say I ...")."""
GOING = frozenset("go goes going gone went".split())
"""What breath, legs or a face may do, and people as well."""
FELT = frozenset(
    "faint dizzy sick ill breathless feverish sweaty clammy weak weaker numb heavy heavier tingly wobbly dead shaky "
    "funny odd strange different tired".split()
)
"""How somebody feels who is not well, or a limb."""
ASIDE = 2
"""Words of a clause that is passed over ("kind of", "oh wait")."""


@dataclass(frozen=True, slots=True)
class _Way:
    """A way in which a flag is said."""

    flag: Flag
    sign: Sign
    hint: bool
    lasting: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """A sign in an utterance."""

    flag: Flag
    spans: tuple[Span, ...]
    clauses: frozenset[int]
    hint: bool
    """Only worth a question."""
    lasting: bool
    """Counts in the past too."""
    lookalikes: tuple[frozenset[int], ...]
    """The words of each look-alike in the same words; where one of these is denied, it is none."""

    @property
    def start(self) -> int:
        """Its first word."""
        return self.spans[0][0]

    @property
    def extent(self) -> slice:
        """From its first word to its last."""
        return slice(self.start, self.spans[-1][1])

    def nots(self, said: Said) -> set[int]:
        """The negations that are part of it ("can not breathe")."""
        return said.inside("negations", self.spans)

    def looks_alike(self, said: Said, denied: AbstractSet[int]) -> bool:
        """Whether something harmless is said instead, and not denied; with a "not" of its own, instead of all of it."""
        nots = {start for start, _ in said.spans("negations")}
        sign = {start for start, _ in self.spans}
        return any(words.isdisjoint(denied) or (words & nots and sign <= words) for words in self.lookalikes)


class Signs:
    """The signs of all flags of ``content``, which are frames of ``concepts``."""

    def __init__(self, content: Content, concepts: Concepts) -> None:
        ways = [
            _Way(flag, sign, hint, lasting or flag.persistent)
            for flag in content.flags.values()
            for texts, hint, lasting in (
                (flag.signs, False, False),
                (flag.lasting, False, True),
                (flag.hints, True, False),
            )
            for text in texts
            for sign in signs_of(text, concepts)
        ]
        self._ways: dict[int, list[_Way]] = {}
        """By the rarest concept of each."""
        for way in ways:
            self._ways.setdefault(concepts.rarest(way.sign.concepts), []).append(way)
        self._lookalikes = Lookalikes(content.flags, concepts)

    def hits(self, said: Said, age: int | None) -> list[Hit]:
        """Each sign in what was said by, or of, somebody of ``age`` years."""
        return [hit for hit in self._hits(said) if has_what_it_needs(hit.flag, said, age)]

    def _hits(self, said: Said) -> Iterator[Hit]:
        for concept in filter(self._ways.__contains__, said.tags):
            for way in self._ways[concept]:
                if way.sign.concepts <= said.tags.keys():
                    for spans in way.sign.found(said.tags):
                        clauses = frozenset(said.clause[start] for start, _ in spans)
                        if _is_whole(said, way.sign, spans, clauses) and not _says_not(said, spans):
                            lookalikes = tuple(self._lookalikes.over(way.flag.id, spans, said))
                            yield Hit(way.flag, spans, clauses, way.hint, way.lasting, lookalikes)


def _is_whole(said: Said, sign: Sign, spans: Sequence[Span], clauses: frozenset[int]) -> bool:
    """Whether what is said in several clauses is said of one thing."""
    if len(clauses) == 1:
        return True
    numbers = sorted(clauses)
    steps = sum(said.clause.count(number) > ASIDE for number in range(numbers[0] + 1, numbers[-1] + 1))
    if steps > (APART if len(sign.parts) > 1 else RUN_ON):
        return False
    if (said.says("distance") and _is_over(said, spans)) or _has_anothers_not(said, spans) or _has_gone(said, spans):
        return False
    sites = {start for start, _ in said.spans("sites")}
    homes = {said.clause[start] for start, _ in spans if start in sites}
    if not homes:
        return True
    away = clauses - homes
    return not any(said.clause[start] in away for start in sites)


def _is_over(said: Said, spans: Sequence[Span]) -> bool:
    """Whether a part of it is an ordinary back of today, and no danger ("... chest pain, today I'm stiff")."""
    live = {start for start, _ in said.spans("live")}
    today = {said.clause[start] for start, _ in spans if start in live}
    if any(said.says(name, {number}) for number in today for name in ("ordinary", "mended")):
        return True
    ordinary = {start for start, _ in said.spans("ordinary")}
    clauses = {said.clause[start] for start, _ in spans if start in ordinary}
    # "These days" speaks of no "these".
    now = said.covered("live")
    it = {said.clause[at] for at, word in enumerate(said.words) if word in IT and at not in now}
    return any(said.says("live", {number}) for number in clauses - it)


def _has_anothers_not(said: Said, spans: Sequence[Span]) -> bool:
    """Whether a "not" of it denies something else, in a clause of its own ("I'm breathing well, I'm not sweating")."""
    numbers = [said.clause[start] for start, _ in spans]
    nots = {start for start, _ in said.spans("negations")}
    return any(
        start in nots and end == start + 1 and numbers.count(number) == 1 and said.clause[end : end + 1] == [number]
        for (start, end), number in zip(spans, numbers, strict=True)
    )


def _has_gone(said: Said, spans: Sequence[Span]) -> bool:
    """Whether it was somebody who went, not what was named in the clause before ("not short of breath, I went ...")."""
    later = (start for start, _ in spans[1:] if said.clause[start] != said.clause[spans[0][0]])
    return any(said.words[start] in GOING and said.before(start) in ("i", "we") for start in later)


def _says_not(said: Said, spans: Sequence[Span]) -> bool:
    """Whether its own "not" is of what one says ("I can't say I've any ..."), or of feeling ill ("don't feel weak")."""
    for at in said.inside("negations", spans):
        verb, then = said.words[at + 1 : at + 2], said.words[at + 2 : at + 3]
        if (verb == ["say"] and not TOLD.isdisjoint(then)) or (verb == ["feel"] and not FELT.isdisjoint(then)):
            return True
    return False


def has_what_it_needs(flag: Flag, said: Said, age: int | None, denied: AbstractSet[int] = frozenset()) -> bool:
    """Whether what the flag counts with is said as well, and not ``denied``."""
    if flag.needs is None:
        return True
    # Age weakens bones as osteoporosis does.
    weakened = flag.needs == "weakened" and (age or 0) >= OLD
    return weakened or any(start not in denied for start, _ in said.spans(flag.needs))
