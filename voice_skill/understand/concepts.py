"""Words and short wordings to the concepts of ``responses/red_flags/words/``, and signs as frames of concepts.

A sign is read by meaning, not by word order: its parts, between ``+``, may come in any order.
"""

import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise, product
from typing import Any

Span = tuple[int, int]
"""First word and the one after the last."""
Tags = dict[int, list[Span]]
"""Where each concept, by number, was said."""

NEAR = 2
"""Other words that may stand between two words of a part ("chest really really hurts")."""
FAR = 6
"""The same where the part has ``...``."""
APART = 9
"""Other words that may stand between two parts."""
WAYS = 60
"""Ways to find one sign in one utterance that are looked at: more are repetitions."""

ELLIPSIS = "..."
TOKEN = re.compile(r"\((?:[^()]|\([^()]*\)\??)*\)\??|\.\.\.|\S+")
"""A word, a choice in brackets, which may hold another, or dots."""


_Longer = tuple[tuple[tuple[str, ...], int], ...]
"""Wordings that begin with the same two words: the words after these, and the concept."""


class Concepts:
    """Named sets of wordings, and single words of signs, all numbered."""

    __slots__ = ("_alone", "_begun", "_followed", "_numbers", "_sets", "_sizes", "_spelt", "named")

    def __init__(self, sets: Mapping[str, Iterable[str]]) -> None:
        self._sets = sets
        self._spelt: dict[str, list[str]] = {}
        self._numbers: dict[str, int] = {}
        self._sizes: list[int] = []
        self._alone: dict[str, tuple[int, ...]] = {}
        """By first word, the concepts of the word itself; ``word*`` is one of which the beginning is given."""
        self._followed: dict[str, dict[str, _Longer]] = {}
        """By first and second word; the second is ``*`` where its beginning is given, and stands in the rest."""
        self._begun: set[str] = set()
        """The first words of which the beginning is given, without their ``*``."""
        self.named: Mapping[str, int] = {name: self.number(f"<{name}>") for name in sets}
        """The number of each set of words."""

    def number(self, item: str) -> int:
        """The number of ``<name>``, ``(a|b)``, ``word`` or ``word*``; it is tagged from now on.

        Not to be asked after ``finish``. ``KeyError`` with the name of a set of words that does not exist.
        """
        if item not in self._numbers:
            wordings = dict.fromkeys(self._wordings(item))
            self._numbers[item] = number = len(self._numbers)
            self._sizes.append(len(wordings))
            for wording in wordings:
                self._add(wording.split(), number)
        return self._numbers[item]

    def _add(self, words: list[str], number: int) -> None:
        # One object for a word, however many wordings have it: they take most of the memory.
        first, *rest = map(sys.intern, words)
        if first[-1] == "*":
            self._begun.add(first[:-1])
        alone = self._alone.setdefault(first, ())
        if not rest:
            self._alone[first] = (*alone, number)
            return
        second, after = ("*", rest) if rest[0][-1] == "*" else (rest[0], rest[1:])
        followed = self._followed.setdefault(first, {})
        followed[second] = (*followed.get(second, ()), (tuple(after), number))

    def finish(self) -> None:
        """Free the memory that only numbering takes: to be called when all items are numbered."""
        self._sets, self._spelt, self._numbers, self._sizes = {}, {}, {}, []
        # One object of many that are equal is kept.
        same: dict[object, Any] = {}
        for first, numbers in self._alone.items():
            self._alone[first] = same.setdefault(numbers, numbers)
        for followed in self._followed.values():
            for second, longer in followed.items():
                rows = ((same.setdefault(after, after), number) for after, number in longer)
                shared = tuple(same.setdefault(row, row) for row in rows)
                followed[second] = same.setdefault(shared, shared)

    def _wordings(self, item: str) -> list[str]:
        """All wordings of an item; a set that names itself is read once."""
        if item in self._spelt:
            return self._spelt[item]
        found = self._spelt[item] = []
        for wording in dict.fromkeys(spelt(item)):
            if wording[0] == "<":
                for member in self._sets[wording[1:-1]]:
                    found += self._wordings(member) if "<" in member or "(" in member else [member]
            else:
                found.append(wording)
        return found

    def rarest(self, concepts: Iterable[int]) -> int:
        """The one of ``concepts`` with the fewest wordings."""
        return min(concepts, key=self._sizes.__getitem__)

    def knows(self, word: str) -> bool:
        """Whether a wording begins with ``word``."""
        return word in self._alone or any(word[:length] in self._begun for length in range(2, len(word) + 1))

    def tag(self, words: Sequence[str]) -> Tags:
        """Where each concept is said in ``words``."""
        tags: defaultdict[int, list[Span]] = defaultdict(list)
        for at, word in enumerate(words):
            for first in self._firsts(word):
                self._tag(tags, first, words, at)
        tags.default_factory = None  # What is asked for and not said must not be added.
        return tags

    @lru_cache(maxsize=4096)  # noqa: B019 - it lives as long as the program, and words come again
    def _firsts(self, word: str) -> tuple[str, ...]:
        """The first words of wordings that ``word`` may be: itself, and the beginnings of it that are given."""
        begun = (word[:length] for length in range(2, len(word) + 1))
        return (*((word,) if word in self._alone else ()), *(f"{each}*" for each in begun if each in self._begun))

    def _tag(self, tags: defaultdict[int, list[Span]], first: str, words: Sequence[str], at: int) -> None:
        span = (at, at + 1)
        for number in self._alone[first]:
            tags[number].append(span)
        followed = self._followed.get(first)
        if followed and at + 1 < len(words):
            for from_word, second in ((at + 2, words[at + 1]), (at + 1, "*")):
                for rest, number in followed.get(second, ()):
                    end = from_word + len(rest)
                    if not rest or (end <= len(words) and all(map(_is, words[from_word:end], rest))):
                        tags[number].append((at, end))


def _is(word: str, written: str) -> bool:
    return word == written or (written[-1] == "*" and word.startswith(written[:-1]))


def spelt(wording: str) -> Iterator[str]:
    """``wording`` with each ``(a|b)`` and ``(a)?`` in it spelt out."""
    if "(" not in wording:
        yield wording if "  " not in wording else " ".join(wording.split())
        return
    choice = re.search(r"\(([^()]*)\)(\??)", wording)
    if not choice:
        yield " ".join(wording.split())
        return
    for each in (*choice[1].split("|"), *([""] if choice[2] else [])):
        yield from spelt(wording[: choice.start()] + each + wording[choice.end() :])


@dataclass(frozen=True, slots=True)
class Item:
    """A concept in its place in a part."""

    concept: int
    before: int
    """Other words that may stand between it and the item before."""


@dataclass(frozen=True, slots=True)
class Sign:
    """A frame: parts in any order, the items of each in theirs."""

    parts: tuple[tuple[Item, ...], ...]
    concepts: frozenset[int]

    def found(self, tags: Tags) -> Iterator[tuple[Span, ...]]:
        """Each way in which it is said, as the places of its items, in the order of the utterance."""
        ways = [list(_ways(part, tags)) for part in self.parts]
        for chosen in islice(product(*ways), WAYS):
            spans = sorted(span for way in chosen for span in way)
            gaps = [after[0] - before[1] for before, after in pairwise(spans)]
            if all(0 <= gap <= APART for gap in gaps):
                yield tuple(spans)


def _ways(part: Sequence[Item], tags: Tags, after: int | None = None) -> Iterator[tuple[Span, ...]]:
    first, *rest = part
    for span in tags.get(first.concept, ()):
        if after is None or 0 <= span[0] - after <= first.before:
            if rest:
                for more in _ways(rest, tags, span[1]):
                    yield (span, *more)
            else:
                yield (span,)


def signs_of(text: str, concepts: Concepts, near: int = NEAR) -> Iterator[Sign]:
    """The frames of one sign in the notation of ``responses/red_flags/README.md``.

    ``near``: other words that may stand between two.
    ``KeyError`` with the name of a set of words that does not exist.
    """
    for chosen in product(*(list(_parts(part, concepts, near)) for part in text.split(" + "))):
        yield Sign(tuple(chosen), frozenset(item.concept for part in chosen for item in part))


def _parts(text: str, concepts: Concepts, near: int) -> Iterator[tuple[Item, ...]]:
    """A part, once with and once without each word that may be left out."""
    tokens = TOKEN.findall(text)
    optional = next((at for at, token in enumerate(tokens) if token.startswith("(") and token.endswith("?")), None)
    if optional is not None:
        kept = [*tokens[:optional], tokens[optional][:-1], *tokens[optional + 1 :]]
        for choice in (kept, tokens[:optional] + tokens[optional + 1 :]):
            yield from _parts(" ".join(choice), concepts, near)
        return
    items: list[Item] = []
    before = near
    for token in tokens:
        if token == ELLIPSIS:
            before = FAR
        else:
            items.append(Item(concepts.number(token), before))
            before = near
    if items:
        yield tuple(items)
