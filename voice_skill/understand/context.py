"""Whose body, when, and whether it is only asked about."""

from collections.abc import Collection, Mapping, Sequence

from voice_skill.understand.clauses import FINITE, Said
from voice_skill.understand.concepts import Concepts, Span

OWN = frozenset({"back", "neck", "shoulder", "shoulders", "spine", "chest", "blades"})
YOUNGEST = 16
"""Years of age from which the skill answers."""

LISTS = (
    "distance live again others history present children animals owners self_words my_body general_start conditional "
    "sites fillers their_trouble once over well"
).split()


class Context:
    """Reads time, person and generality by the lists of ``reading.toml``, which are sets of ``concepts``."""

    def __init__(self, concepts: Concepts) -> None:
        self._list: Mapping[str, int] = {name: concepts.number(f"<{name}>") for name in LISTS}

    def _says(self, said: Said, name: str, clauses: Collection[int] | None = None) -> bool:
        return said.says(self._list[name], clauses)

    def person(self, said: Said, age: int | None) -> str:
        """``self``, ``other``, ``child`` or ``animal``."""
        mine = {"i", "me"}.intersection(said.words)
        for start, end in said.tags.get(self._list["animals"], ()):
            before = said.words[max(0, start - 2) : start]
            owned = {"my", "our", "his", "her"}.intersection(before)
            acts = {"the", "a"}.intersection(before) and FINITE.intersection(said.words[end : end + 2])
            if (owned or acts) and "like" not in before and not mine and not self._says(said, "my_body"):
                return "animal"
        if age is not None and age < YOUNGEST:
            return "child"
        if self._says(said, "children") and self._says(said, "owners") and not _own_back(said.words):
            return "child"
        return "other" if self._says(said, "others") and "i" not in said.words else "self"

    def is_general(self, said: Said, clauses: Collection[int], start: int) -> bool:
        """Whether the danger told from ``start`` is asked about: a question without a person, or a condition."""
        # "As if somebody ..." supposes nothing.
        supposed = (at for at, _ in said.within(self._list["conditional"], clauses) if said.words[at - 1] != "as")
        if any(at <= start for at in supposed):
            return True
        if self._says(said, "self_words", clauses) or self._says(said, "live", clauses):
            return False
        return self.asks(said, min(clauses)) or self.asks(said, 0)

    def asks(self, said: Said, clause: int) -> bool:
        """Whether the clause begins as a question does."""
        fillers = {start for start, _ in said.tags.get(self._list["fillers"], ())}
        start = said.clause.index(clause)
        while start in fillers and start + 1 < len(said.words):
            start += 1
        asks = any(at == start for at, _ in said.tags.get(self._list["general_start"], ()))
        # "Can't get the air down" asks nothing.
        return asks and said.words[start + 1 : start + 2] != ["not"]

    def is_elsewhere(self, said: Said, spans: Collection[Span], lasting: bool, busy: Collection[int]) -> bool:
        """Whether it happened long ago, or to somebody else who is not in trouble now.

        ``busy`` are the clauses with a danger sign in them.
        """
        clauses = {said.clause[start] for start, _ in spans}
        past = self._is_past(said, clauses, busy)
        others = self._is_others(said, spans, clauses)
        if not others:
            return past and not lasting
        if lasting:
            return not self._says(said, "their_trouble")
        lives = self._lives(said, clauses)
        if past or (self._says(said, "once", clauses) and not lives):
            return True
        return self._says(said, "history") and not lives and not self._says(said, "present", clauses)

    def _is_past(self, said: Said, clauses: Collection[int], busy: Collection[int]) -> bool:
        """Whether it is told as long past, in its own clause or in one beside it that is about nothing else."""
        parts = {said.clause[start] for start, _ in self._parts(said)}
        beside = {number + step for number in clauses for step in (-1, 1)}.difference(parts, busy)
        return self._says(said, "distance", set(clauses) | beside) and not self._lives(said, clauses)

    def _is_others(self, said: Said, spans: Collection[Span], clauses: Collection[int]) -> bool:
        """Whether it is told of somebody else: by who was named last before it."""
        if any(self._is_my(said, span) for span in spans):
            return False
        # "Walking like a drunk man" is told of oneself.
        people = {
            at for at, _ in said.tags.get(self._list["others"], ()) if "like" not in said.words[max(0, at - 3) : at]
        }
        first = min(start for start, _ in spans)
        for at in range(first, -1, -1):
            if at in people:
                return True
            if said.words[at] in ("i", "me") and said.clause[at] in clauses:
                return False
        return any(said.clause[at] in clauses for at in people) and "my" not in said.of(clauses)

    def is_well(self, said: Said, number: int) -> bool:
        """Whether a clause only says that something is as it should be."""
        return self._says(said, "well", {number})

    def _is_my(self, said: Said, span: Span) -> bool:
        """Whether it is said of a part of the speaker's own body ("my left arm", not "my mum's arm")."""
        before = said.words[max(0, span[0] - 2) : span[1]]
        people = {start for start, _ in said.tags.get(self._list["others"], ())}
        named = span in self._parts(said) or span[1] - span[0] > 1
        return bool({"my", "me"} & set(before)) and span[0] - 1 not in people and named

    def _parts(self, said: Said) -> list[Span]:
        return said.tags.get(self._list["sites"], [])

    def _lives(self, said: Said, clauses: Collection[int]) -> bool:
        """Whether it still goes on, by its own clause or one that speaks of nothing else."""
        if any(said.words[start - 1] not in ("never", "not") for start, _ in said.tags.get(self._list["again"], ())):
            return True
        over = {start for start, _ in said.tags.get(self._list["over"], ())}
        done = {said.clause[start] for start in over}
        elsewhere = {said.clause[start] for start, _ in self._parts(said)} - set(clauses)
        for start, _ in said.tags.get(self._list["live"], ()):
            number = said.clause[start]
            if number in clauses or (number not in elsewhere and number not in done):
                return not (number in clauses and number in done and start - 1 in over)
        return False


def _own_back(words: Sequence[str]) -> bool:
    """Whether a grown-up speaks of their own body, as in "my back aches when I lift my toddler"."""
    return any(word == "my" and not OWN.isdisjoint(words[at + 1 : at + 3]) for at, word in enumerate(words))
