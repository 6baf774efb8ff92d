"""Words of an utterance, and known wordings found in them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from voice_skill.content.commands import Commands as Wordings
from voice_skill.understand.plain_words import APOSTROPHES
from voice_skill.understand.table import Table

WORD = re.compile(r"[a-z0-9]+(?:[-'][a-z]+)*")
DRAWN_OUT = re.compile(r"([a-z])\1{2,}")
"""Nooo, yesss."""

Words = tuple[str, ...]


class Phrases:
    """Finds the longest known wording at a place in an utterance.

    There are tens of thousands, of which one talk needs a few: they stand in one text, found by their checksums.
    """

    def __init__(self, wordings: Iterable[tuple[Words, str]]) -> None:
        names: dict[str, str] = {}
        lengths: dict[str, set[int]] = {}
        for words, name in wordings:
            names.setdefault(" ".join(words), name)
            lengths.setdefault(words[0], set()).add(len(words))
        self._names = tuple(dict.fromkeys(names.values()))
        self._shapes = tuple({tuple(sorted(counts, reverse=True)) for counts in lengths.values()})
        shapes = {shape: at for at, shape in enumerate(self._shapes)}
        numbers = {name: at for at, name in enumerate(self._names)}
        self._wordings = Table({text: numbers[name] for text, name in names.items()})
        self._first = Table({word: shapes[tuple(sorted(each, reverse=True))] for word, each in lengths.items()})
        """By first word, the numbers of words of the wordings that begin with it, the most first."""

    def name(self, words: Sequence[str]) -> str | None:
        """What ``words`` say as a whole."""
        number = self._wordings.get(" ".join(words))
        return None if number is None else self._names[number]

    def at(self, words: Sequence[str], place: int) -> tuple[str, int] | None:
        """What the longest wording that begins at ``place`` says, and how many words it has."""
        for length in self._lengths(words[place]):
            name = self.name(words[place : place + length]) if place + length <= len(words) else None
            if name is not None:
                return name, length
        return None

    @lru_cache(maxsize=4096)  # noqa: B019 - it lives as long as the program, and words come again
    def _lengths(self, first: str) -> tuple[int, ...]:
        """The numbers of words of the wordings that begin with ``first``, the most first."""
        shape = self._first.get(first)
        return () if shape is None else self._shapes[shape]

    def within(self, words: Words) -> Iterator[tuple[str, int, int]]:
        """Every wording in ``words``: what it says, where it begins, how many words it has."""
        for place in range(len(words)):
            found = self.at(words, place)
            if found:
                yield found[0], place, found[1]

    def __iter__(self) -> Iterator[str]:
        return iter(self._wordings)


class Reader:
    """Reads utterances as the wordings of ``responses/commands.toml`` are written."""

    def __init__(self, said: Wordings) -> None:
        self._same = {tuple(key.split()): tuple(value.split()) for key, value in said.same.items()}
        self._longest_same = max(map(len, self._same), default=1)
        self.polite = self.phrases({"polite": said.polite})
        """Words that say nothing at either end of an utterance."""

    def phrases(self, wordings: Mapping[str, Iterable[str]]) -> Phrases:
        """Finds the wordings, each by what it says."""
        read = ((self.words(text), name) for name, texts in wordings.items() for text in texts)
        return Phrases((words, name) for words, name in read if words)

    def words(self, text: str) -> Words:
        """The words of ``text``, each in the spelling that the wordings use."""
        words = WORD.findall(DRAWN_OUT.sub(r"\1", text.lower().translate(APOSTROPHES)))
        out: list[str] = []
        place = 0
        while place < len(words):
            for length in range(min(self._longest_same, len(words) - place), 0, -1):
                same = self._same.get(tuple(words[place : place + length]))
                if same is not None:
                    out += same
                    place += length
                    break
            else:
                out.append(words[place])
                place += 1
        return tuple(out)

    def trimmed(self, words: Words) -> Iterator[Words]:
        """``words`` as they are, then with ever fewer polite words at their ends."""
        yield words
        start = 0
        while start < len(words) and (found := self.polite.at(words, start)):
            start += found[1]
            if words[start:]:
                yield words[start:]
        rest = words[start:] or words
        while (shorter := self._without_last(rest)) != rest:
            yield shorter
            rest = shorter

    def _without_last(self, words: Words) -> Words:
        """``words`` without the polite ones at the end, if any words stay."""
        for length in (4, 3, 2, 1):
            if length < len(words) and self.polite.name(words[-length:]):
                return words[:-length]
        return words
