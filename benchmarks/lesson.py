"""What is learnt from, and how it is put before the small networks."""

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from voice_skill.understand.pieces import LETTERS, LITTLE, pieces, words_of

BUCKETS = 1 << 15
"""Places that pieces share; it divides the number of places of ``pieces``, which are folded into these."""
LONGEST = 32
"""Words that are read of a line."""
PIECES = len(pieces("m" * LETTERS))
"""Pieces of a word, at most."""
BATCH = 256
"""Lines that are learnt from in one step."""


@dataclass(frozen=True)
class Lesson:
    """What is learnt in one epoch, a row a line."""

    texts: Sequence[str]
    meant: np.ndarray
    """Probability of each class."""
    counts: np.ndarray
    """How much each line counts."""


def chosen(lesson: Lesson, count: int, dice: np.random.Generator) -> np.ndarray:
    """Rows of ``count`` of its lines: the more a line counts, the likelier it is among them."""
    return dice.choice(len(lesson.texts), count, replace=False, p=lesson.counts / lesson.counts.sum())


class Vocabulary:
    """Words by number; 0 is no word."""

    def __init__(self, without: Container[str] = LITTLE, longest: int = LONGEST) -> None:
        self._without, self._longest = without, longest
        self._numbers = {"": 0}
        self._pieces = [[BUCKETS] * PIECES]

    def line(self, text: str) -> list[int]:
        return [self._number(word) for word in words_of(text, self._without)[: self._longest]]

    def batch(self, lines: Sequence[Sequence[int]]) -> tuple[np.ndarray, np.ndarray]:
        """Pieces of the words in ``lines``, and the lines as places among these; sizes are rounded up to few."""
        table = _padded(lines)
        words, places = np.unique(np.append(0, table), return_inverse=True)
        found = [self._pieces[word] for word in words]
        found += [self._pieces[0]] * (up(len(found), 512) - len(found))
        return np.array(found, np.int32), places[1:].reshape(table.shape).astype(np.int32)

    def _number(self, word: str) -> int:
        if word not in self._numbers:
            self._numbers[word] = len(self._pieces)
            own = [at % BUCKETS for at in pieces(word)]
            self._pieces.append([*own, *[BUCKETS] * (PIECES - len(own))])
        return self._numbers[word]


def odds(
    forward: Callable[[np.ndarray, np.ndarray], np.ndarray], words: Vocabulary, texts: Iterable[str], classes: int
) -> np.ndarray:
    """Log odds by ``forward``, a row a text and a column a class."""
    lines = [words.line(text) or [0] for text in texts]
    told = np.zeros((len(lines), classes), np.float32)
    order = np.argsort([len(line) for line in lines])
    for start in range(0, len(lines), BATCH):
        rows = order[start : start + BATCH]
        batch = [lines[row] for row in rows] + [[0]] * (BATCH - len(rows))
        told[rows] = forward(*words.batch(batch))[: len(rows)]
    return told


def in_bytes(pieces: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A byte a number of a piece, and the unit of each column, which what follows takes over."""
    units = np.abs(pieces).max(axis=0) / 127
    return np.round(pieces / units).astype(np.int8), units


def batches(lines: Sequence[Sequence[int]], dice: np.random.Generator) -> Iterator[np.ndarray]:
    """Rows of lines, ``BATCH`` of about one length at a time, in a new order."""
    lengths = np.array([len(line) for line in lines])
    order = np.argsort(lengths + dice.normal(0, 2, len(lines)))
    starts = dice.permutation(len(lines) // BATCH) * BATCH
    return (order[start : start + BATCH] for start in starts)


def _padded(lines: Sequence[Sequence[int]]) -> np.ndarray:
    """A row a line, filled up with 0 to one of few lengths."""
    table = np.zeros((len(lines), up(max(map(len, lines)), 8)), np.int32)
    for row, line in enumerate(lines):
        table[row, : len(line)] = line
    return table


def up(number: int, step: int) -> int:
    return -(-number // step) * step
