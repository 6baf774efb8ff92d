"""Log odds of danger signs by the words that are said, their pieces, and which stand near each other."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain

import numpy as np
import numpy.typing as npt

from voice_skill.understand.pieces import pairs, pieces

Numbers = npt.NDArray[np.float32]


class Weighing:
    """A sum of weights, a byte each, that a logistic regression learnt."""

    def __init__(self, numbers: Mapping[str, npt.NDArray[np.generic]], known: Sequence[int]) -> None:
        """``numbers`` as they were learnt, of which the flags at ``known`` are used."""
        self._weights = np.asarray(numbers["weights"][:, known], np.int8)
        self._steps = np.asarray(numbers["steps"][known], np.float32)
        self._bias = np.asarray(numbers["bias"][known], np.float32)

    def odds(self, words: Sequence[str], spans: Sequence[tuple[int, int]]) -> Numbers:
        """Log odds, a row a span and a column a flag."""
        near = list(pairs(words))
        starts = np.cumsum([0, *map(len, near[:-1])])
        sums = np.zeros((len(words) + 1, len(self._steps)), np.float32)
        sums[1:] = [self._alone(word) for word in words]
        sums[1:] += np.add.reduceat(self._weights[[*chain.from_iterable(near)]], starts, axis=0, dtype=np.int32)
        sums = sums.cumsum(axis=0)
        told = sums[[end for _, end in spans]] - sums[[start for start, _ in spans]]
        odds: Numbers = told * self._steps + self._bias
        return odds

    @lru_cache(maxsize=4096)  # noqa: B019 - it lives as long as the program, and words come again
    def _alone(self, word: str) -> Numbers:
        """What the word tells by itself."""
        weights: Numbers = self._weights[[*pieces(word)]].sum(axis=0, dtype=np.float32)
        return weights
