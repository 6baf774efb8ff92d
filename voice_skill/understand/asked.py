"""A second reader of questions: which entry is asked for, by what thousands of ways to ask have in common.

The index and the nearest phrase (``matching``) know what their authors foresaw, and a long story before a question
drowns it. This reader weighs pieces of words, sounds, ideas and neighbours by what they tell of the entry, so that a
story weighs little. ``calibration`` joins its word to theirs.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain, pairwise
from math import log
from pathlib import Path

import numpy as np
import numpy.typing as npt

from voice_skill.understand.pieces import pairs, pieces, place, words_of
from voice_skill.understand.words import Reading

NUMBERS = Path(__file__).with_name("asked.npz")
"""What ``benchmarks/train_asked.py`` learnt."""
NONE = "none"
"""The class beside the entries: what is asked nowhere."""
BUCKETS = 1 << 14
"""Places that features share; it divides the number of places of ``pieces``, which are folded into these."""
APART = ("n1", "n2", "n2")
"""Ideas are paired with the three before them; two apart or three makes no difference."""
Floats = npt.NDArray[np.float32]


class Asked:
    """Tells which of ``entries`` an utterance asks for."""

    def __init__(self, entries: Sequence[str], numbers: Path = NUMBERS) -> None:
        """``numbers``: the file that was learnt."""
        with np.load(numbers) as learnt:
            names = [str(name) for name in learnt["entries"]]
            self._weights: npt.NDArray[np.int8] = learnt["weights"]
            self._steps: Floats = learnt["steps"]
            self._bias: Floats = learnt["bias"]
        self._known = np.array([name in names for name in (*entries, NONE)])
        self._columns = [names.index(name) if name in names else -1 for name in (*entries, NONE)]

    def likely(self, text: str, reading: Reading) -> Floats:
        """Log-probability of each entry, and last that none is asked for; ``reading`` is that of ``text``.

        An entry that it never met may be what is asked as well as the likeliest that it knows.
        """
        sums = self._weights[places(text, reading)].sum(axis=0, dtype=np.int32)
        odds = sums * self._steps + self._bias
        odds -= odds.max()
        likely = odds[self._columns] - log(np.exp(odds).sum())
        return np.asarray(np.where(self._known, likely, likely.max()), np.float32)


def places(text: str, reading: Reading) -> list[int]:
    """Places of all features of ``text``; ``reading`` is its reading."""
    words = words_of(text)
    return list(chain(*map(_pieces, words), (at % BUCKETS for near in pairs(words) for at in near), ideas(reading)))


def ideas(reading: Reading) -> list[int]:
    """Places of the features that the ideas of ``reading`` make: alone, after each other, without the small words."""
    said = ["^", *(token.idea if token.weight else "?" for token in reading.tokens), "$"]
    telling = ["^", *(token.idea for token in reading.tokens if token.weight and not token.small), "$"]
    return [
        *(_place("i", idea) for idea in said[1:-1]),
        *_near(said),
        *(_place("t", one, other) for one, other in pairwise(telling)),
    ]


@lru_cache(maxsize=4096)
def _pieces(word: str) -> tuple[int, ...]:
    return tuple(at % BUCKETS for at in pieces(word))


def _near(said: Sequence[str]) -> list[int]:
    """Places of every two of ``said`` that stand near: next to each other, or a little further apart."""
    return [
        _place(kind, said[at - gap], said[at])
        for at in range(1, len(said))
        for gap, kind in enumerate(APART[:at], start=1)
    ]


@lru_cache(maxsize=8192)
def _place(kind: str, one: str, other: str = "") -> int:
    return place(f"{kind} {one} {other}") % BUCKETS
