"""Log odds of danger signs by a reader to which each word means what the words around it make of it.

A transformer of two layers (Vaswani et al., "Attention is all you need", 2017), small enough for plain numpy. It reads
an utterance as a whole, so it knows "never", "in the eighties" and "my dad" from far away.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from voice_skill.understand.pieces import vector_of

HEADS = 4
LONGEST = 40
"""Words that are read at once."""
STEP = 20
"""Words from one reading of a long utterance to the next."""
SMALLEST = 1e-6
Numbers = npt.NDArray[np.float32]


class Attending:
    """A small transformer over words."""

    def __init__(self, numbers: Mapping[str, npt.NDArray[np.generic]], known: Sequence[int]) -> None:
        """``numbers`` as they were learnt, of which the flags at ``known`` are used."""
        own = {name.partition(".")[2]: numbers[name] for name in numbers if name.startswith("attending.")}
        self._pieces = np.asarray(own.pop("pieces"), np.int8)
        self._own = {name: np.asarray(each, np.float32) for name, each in own.items()}
        self._top = self._own.pop("top")[:, known]
        self._top_bias = self._own.pop("top_bias")[known]

    def odds(self, words: Sequence[str], starts: Sequence[int]) -> Numbers:
        """Log odds, a column a flag and a row each of ``starts``, the places of words around which it is asked."""
        said = np.array([self._vector(word) for word in words])
        last = max(0, -(-(len(words) - LONGEST) // STEP))
        windows = [min(start // STEP, last) for start in starts]
        read = {each: self._read(said[each * STEP :][:LONGEST]) for each in set(windows)}
        odds: Numbers = np.array([read[each] for each in windows]) @ self._top + self._top_bias
        return odds

    def _read(self, state: Numbers) -> Numbers:
        """What is made of words, a row a word: the mean and the most of what each becomes."""
        own = self._own
        state = state + own["places"][: len(state)]
        for asking, answer, inner, bias, outer in zip(
            own["asking"], own["answer"], own["inner"], own["inner_bias"], own["outer"], strict=True
        ):
            state = state + _mixed(_even(state) @ asking) @ answer
            state = state + np.maximum(_even(state) @ inner + bias, 0) @ outer
        return np.concatenate([state.mean(axis=0), state.max(axis=0)])

    @lru_cache(maxsize=4096)  # noqa: B019 - it lives as long as the program, and words come again
    def _vector(self, word: str) -> Numbers:
        vector: Numbers = vector_of(word, self._pieces) @ self._own["word"]
        return vector


def _mixed(asked: Numbers) -> Numbers:
    """Each word as a mixture of all, by how much it asks for each."""
    query, key, value = asked.reshape(len(asked), 3, HEADS, -1).transpose(1, 2, 0, 3)
    match = query @ key.swapaxes(1, 2)
    share = np.exp(match - match.max(axis=2, keepdims=True))
    mixed = (share / share.sum(axis=2, keepdims=True)) @ value
    whole: Numbers = mixed.swapaxes(0, 1).reshape(len(asked), -1)
    return whole


def _even(state: Numbers) -> Numbers:
    """Words of one loudness (Zhang and Sennrich, "Root mean square layer normalization", 2019)."""
    even: Numbers = state / np.sqrt((state * state).mean(axis=1, keepdims=True) + np.float32(SMALLEST))
    return even
