"""Log odds of danger signs by looks at each word, alone and with its neighbours.

A word is the sum of its pieces; of each kind of look the strongest in the span counts (Kim, "Convolutional neural
networks for sentence classification", 2014).
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from voice_skill.understand.pieces import vector_of

WIDE = 3
"""Words of the wider look: a word, and the two after it."""
Numbers = npt.NDArray[np.float32]


class Looking:
    """A small convolution over words."""

    def __init__(self, numbers: Mapping[str, npt.NDArray[np.generic]], known: Sequence[int]) -> None:
        """``numbers`` as they were learnt, of which the flags at ``known`` are used."""
        self._pieces = np.asarray(numbers["pieces"], np.int8)
        self._alone = np.asarray(numbers["alone"], np.float32)
        self._alone_bias = np.asarray(numbers["alone_bias"], np.float32)
        self._wide = np.asarray(numbers["wide"], np.float32)
        self._wide_bias = np.asarray(numbers["wide_bias"], np.float32)
        self._top = np.asarray(numbers["top"][:, known], np.float32)
        self._top_bias = np.asarray(numbers["top_bias"][known], np.float32)

    def odds(self, words: Sequence[str], spans: Sequence[tuple[int, int]]) -> Numbers:
        """Log odds, a row a span and a column a flag."""
        # Behind the last word stands a place where nothing is said: it is around each span.
        said = np.zeros((len(words) + 1, self._pieces.shape[1]), np.float32)
        said[:-1] = [self._vector(word) for word in words]
        alone = said @ self._alone
        first, second, third = (said @ each for each in self._wide)
        longest = max(end - start for start, end in spans)
        places = np.full((len(spans), longest + 2 * WIDE - 1), len(words))
        for row, (start, end) in enumerate(spans):
            places[row, WIDE - 1 : WIDE - 1 + end - start] = range(start, end)
        wide = first[places[:, :-2]] + second[places[:, 1:-1]] + third[places[:, 2:]]
        looks = [alone[places].max(axis=1) + self._alone_bias, wide.max(axis=1) + self._wide_bias]
        odds: Numbers = np.maximum(np.concatenate(looks, axis=1), 0) @ self._top + self._top_bias
        return odds

    @lru_cache(maxsize=4096)  # noqa: B019 - it lives as long as the program, and words come again
    def _vector(self, word: str) -> Numbers:
        return vector_of(word, self._pieces)
