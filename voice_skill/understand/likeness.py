"""A second reader of danger signs: how like a clause is to thousands of ways in which people tell of one.

The signs of ``responses/red_flags/`` know what their authors foresaw. This reader weighs pieces of words, sounds and
neighbours, so that a wording that nobody foresaw, or that recognition damaged, is still caught. It knows no negation,
time or person: give it clauses from which these are resolved.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import jellyfish
import numpy as np
import numpy.typing as npt

from voice_skill.content import Content
from voice_skill.messages import Level
from voice_skill.understand.words import sound_of, stem

NUMBERS = Path(__file__).with_name("likeness.npz")
"""What ``benchmarks/train_likeness.py`` learnt."""
BUCKETS = 1 << 16
"""Places that features share, a byte a flag each; with a quarter of them three in a hundred more dangers are missed."""
SPAN = 12
"""Words that are weighed together: a danger told in a few words must not drown in a long story."""
RUNS = (4, 5)
"""Letters of a piece of a word; shorter words are not cut."""
REACH = 3
"""Words back to which a word is paired."""
CALM = 0.95
"""Probability of no danger from which nothing is told."""
STEP = 4
"""Words from one span to the next."""
LONGEST = 400
"""Words that are read, as in ``words.py``."""
WORD = re.compile(r"[a-z0-9]+")
SHORT = re.compile(r"n't\b|'(?:m|re|ve|ll|d|s)\b|\bcannot\b")
Numbers = npt.NDArray[np.float32]

HARMLESS = "none"
"""The class beside the flags."""
LITTLE = frozenset(
    "a an the am is are was were be been have has had having will would so um uh er oh well like just".split()
)
"""Words that are left out: recognition drops and adds them."""


class Likely(NamedTuple):
    """A danger sign that a clause is like."""

    flag: str
    probability: float
    """0 to 1: that a danger of the flag's level, or of a higher one, is told."""
    evidence: str
    """The words that were weighed."""


class Likeness:
    """Tells which danger signs of ``content`` a clause is like."""

    def __init__(self, content: Content) -> None:
        with np.load(NUMBERS) as numbers:
            names = [str(name) for name in numbers["flags"]]
            known = [at for at, name in enumerate(names) if name in content.flags or name == HARMLESS]
            self._steps: Numbers = numbers["steps"][known]
            self._weights: npt.NDArray[np.int8] = numbers["weights"][:, known]
            self._bias: Numbers = numbers["bias"][known]
        self._names = [names[at] for at in known]
        self._harmless = self._names.index(HARMLESS)
        levels = [content.flags[name].level if name != HARMLESS else Level.SELF_CARE for name in self._names]
        self._least = [np.array([each >= level for each in levels]) for level in sorted(set(levels))[:0:-1]]
        self._as_high = [np.array([each >= level for each in levels]) for level in levels]

    def flags(self, clauses: Sequence[str]) -> list[Likely]:
        """The danger signs that ``clauses`` are like, the likeliest first.

        What is denied, past, of another person or general must have been taken out of ``clauses``.
        """
        best: dict[str, Likely] = {}
        for clause in clauses:
            for likely in self._of(clause):
                if likely.flag not in best or likely.probability > best[likely.flag].probability:
                    best[likely.flag] = likely
        return sorted(best.values(), key=lambda likely: -likely.probability)

    def danger(self, text: str) -> float:
        """Probability, 0 to 1, that a danger sign of any level is told somewhere in ``text``, the whole utterance."""
        words = words_of(text)
        return 1 - float(self._likely(words, spans_of(len(words)))[:, self._harmless].min()) if words else 0.0

    def _of(self, clause: str) -> Iterator[Likely]:
        words = words_of(clause)
        if not words:
            return
        spans = spans_of(len(words))
        likely = self._likely(words, spans)
        if likely[:, self._harmless].min() > CALM:
            return
        for least in self._least:
            told = likely[:, least].sum(axis=1)
            at = int(told.argmax())
            flag = int((likely[at] * least).argmax())
            start, end = spans[at]
            probability = float(likely[at, self._as_high[flag]].sum())
            yield Likely(self._names[flag], probability, " ".join(words[start:end]))

    def _likely(self, words: Sequence[str], spans: Sequence[tuple[int, int]]) -> Numbers:
        """Probabilities, a row a span and a column a flag."""
        sums = np.zeros((len(words) + 1, len(self._names)), np.float32)
        sums[1:] = [self._alone(word) for word in words]
        near = [pairs(words, at) for at in range(len(words))]
        starts = np.cumsum([0, *map(len, near[:-1])])
        sums[1:] += np.add.reduceat(self._weights[[*chain.from_iterable(near)]], starts, axis=0, dtype=np.int32)
        sums = sums.cumsum(axis=0)
        told = sums[[end for _, end in spans]] - sums[[start for start, _ in spans]]
        odds: Numbers = np.exp((told * self._steps + self._bias).clip(-60, 60))
        odds /= odds.sum(axis=1, keepdims=True)
        return odds

    @lru_cache(maxsize=4096)  # noqa: B019 - one Likeness lives as long as the program, and words come again
    def _alone(self, word: str) -> Numbers:
        """What the word tells by itself."""
        weights: Numbers = self._weights[[*pieces(word)]].sum(axis=0, dtype=np.float32)
        return weights


def spans_of(count: int) -> list[tuple[int, int]]:
    """From and to which word a clause of ``count`` words is weighed: the whole of it, or overlapping parts."""
    if count <= SPAN + STEP:
        return [(0, count)]
    return [(start, min(start + SPAN, count)) for start in range(0, count - SPAN + STEP, STEP)]


def words_of(text: str) -> list[str]:
    """The words of ``text`` that are weighed, at most ``LONGEST``."""
    said = text.lower().replace("\u2019", "'")
    said = SHORT.sub(lambda short: " not" if short[0][0] == "n" else "can not" if short[0][0] == "c" else "", said)
    said = said.replace("ca not", "can not").replace("wo not", "will not").replace("'", "")
    return [word for word in WORD.findall(said)[:LONGEST] if word not in LITTLE]


def places(words: Sequence[str]) -> list[int]:
    """Places of all features of ``words``."""
    alone = [place for word in words for place in pieces(word)]
    return alone + [place for at in range(len(words)) for place in pairs(words, at)]


def pieces(word: str) -> tuple[int, ...]:
    """Places of the features of one word: itself, its stem, its sound, its runs of letters."""
    whole = f"<{word}>"
    sizes = RUNS if len(word) >= min(RUNS) else ()
    runs = [whole[at : at + size] for size in sizes for at in range(len(whole) - size + 1)]
    names = [f"w {word}", f"s {stem(word)}", f"m {jellyfish.metaphone(word)}", f"c {sound_of((word,))}"]
    return tuple(map(_place, (*names, *(f"g {run}" for run in runs))))


def pairs(words: Sequence[str], at: int) -> list[int]:
    """Places of the features that the word at ``at`` makes with up to three before it, or with the start."""
    near = [_pair(words[at - gap], words[at], gap) for gap in range(1, min(REACH, at) + 1)]
    return near if at >= REACH else [*near, _pair("^", words[at], at + 1)]


@lru_cache(maxsize=16384)
def _pair(first: str, second: str, gap: int) -> int:
    # Two words apart or three makes no difference.
    return _place(f"p{min(gap, 2)} {stem(first)} {stem(second)}")


def _place(feature: str) -> int:
    return crc32(feature.encode()) % BUCKETS
