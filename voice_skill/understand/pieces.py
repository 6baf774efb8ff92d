"""What the second readers (``likeness``, ``asked``) see of an utterance: its words, the pieces of a word, and pairs.

A word is what it is written, stemmed, sounded and cut into runs of letters, so that one that nobody foresaw, or that
recognition damaged, still shares most of its pieces with one that was learnt.
"""

import re
from collections.abc import Container, Iterator, Sequence
from functools import lru_cache
from zlib import crc32

import jellyfish
import numpy as np
import numpy.typing as npt

from voice_skill.understand.plain_words import APOSTROPHES, LONGEST
from voice_skill.understand.words import sound_of, stem

BUCKETS = 1 << 16
"""Places that all pieces and pairs share; each reader folds them into as many as it has."""
REACH = 3
"""Words back to which a word is paired."""
RUNS = (4, 5)
"""Letters of a run; shorter words are not cut."""
LETTERS = 16
"""Letters of a word that are read."""
WORD = re.compile(r"[a-z0-9]+")
SHORT = re.compile(r"n't\b|'(?:m|re|ve|ll|d|s)\b|\bcannot\b")
LONG = {"n't": " not", "cannot": "can not", "'m": " am", "'re": " are", "'ve": " have", "'ll": " will", "'d": " had"}
FILLERS = frozenset("a an the is um uh er oh so well like".split())
"""Words that tell nothing: recognition drops and adds them."""
LITTLE = FILLERS | set("am are was were be been have has had having will would just".split())
"""These and words that only tell when it was."""


def words_of(text: str, without: Container[str] = LITTLE) -> list[str]:
    """The words of ``text`` that are weighed, at most ``LONGEST``, none of those ``without``."""
    said = text.lower().translate(APOSTROPHES)
    said = SHORT.sub(lambda short: LONG.get(short[0], ""), said)
    said = said.replace("ca not", "can not").replace("wo not", "will not").replace("'", "")
    return [word[:LETTERS] for word in WORD.findall(said)[:LONGEST] if word not in without]


@lru_cache(maxsize=256)  # three readers ask for the words of one utterance
def pieces(word: str) -> tuple[int, ...]:
    """Places, below ``BUCKETS``, of one word's pieces: itself, its stem, its sounds, its runs of letters."""
    whole = f"<{word}>"
    sizes = RUNS if len(word) >= min(RUNS) else ()
    runs = [whole[at : at + size] for size in sizes for at in range(len(whole) - size + 1)]
    names = [f"w {word}", f"s {stem(word)}", f"m {jellyfish.metaphone(word)}", f"c {sound_of((word,))}"]
    return tuple(map(place, (*names, *(f"g {run}" for run in runs))))


def vector_of(word: str, table: npt.NDArray[np.int8]) -> npt.NDArray[np.float32]:
    """The sum of the rows of ``table`` for a word's pieces, so divided that a long word counts no more than a short."""
    parts = [at % len(table) for at in pieces(word)]
    vector: npt.NDArray[np.float32] = table[parts].sum(axis=0, dtype=np.float32) / np.float32(len(parts) ** 0.5)
    return vector


def pairs(words: Sequence[str]) -> Iterator[list[int]]:
    """Places of the pairs of each word with up to ``REACH`` before it, or with the start."""
    for at, word in enumerate(words):
        near = [_pair(words[at - gap], word, gap) for gap in range(1, min(REACH, at) + 1)]
        yield near if at >= REACH else [*near, _pair("^", word, at + 1)]


@lru_cache(maxsize=16384)
def _pair(first: str, second: str, gap: int) -> int:
    # Two words apart or three makes no difference.
    return place(f"p{min(gap, 2)} {stem(first)} {stem(second)}")


def place(piece: str) -> int:
    """Where the numbers of ``piece`` stand."""
    return crc32(piece.encode()) % BUCKETS
