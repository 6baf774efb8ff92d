"""Damages text as a recogniser with a general language model does: words that sound alike, lost and split words.

A model of the kinds seen, not of any recogniser; for development only.
"""

import random
from functools import cache
from pathlib import Path

import jellyfish
from rapidfuzz import fuzz, process

VOCABULARY = Path(__file__).parent.parent / "models/vosk-model-starter-en/graph/words.txt"
LOST = 0.15
"""Share of the damaged words that vanish; the next two shares are of words run together, and split."""
JOINED = 0.20
SPLIT = 0.15


@cache
def vocabulary() -> tuple[list[str], list[str]]:
    """The words a recogniser can hear, and how each sounds."""
    words = [line.split()[0] for line in VOCABULARY.read_text(encoding="utf-8").splitlines() if line]
    plain = sorted(word for word in words if word.isalpha() and word.isascii())
    return plain, [jellyfish.metaphone(word) for word in plain]


@cache
def alike(said: str) -> tuple[str, ...]:
    """The words most like ``said`` in sound and spelling, without itself."""
    words, sounds = vocabulary()
    near = process.extract(jellyfish.metaphone(said), sounds, scorer=fuzz.ratio, limit=60, score_cutoff=60)
    ranked = sorted((-score - fuzz.ratio(said, words[at]), words[at]) for _, score, at in near if words[at] != said)
    return tuple(word for _, word in ranked[:6])


def damage(text: str, dice: random.Random, share: float = 0.25) -> str:
    """``text`` with about ``share`` of its words misheard."""
    heard: list[str] = []
    words = "".join(sign for sign in text.lower() if sign.isalnum() or sign == " ").split()
    while words:
        word = words.pop(0)
        fate = dice.random() / share
        if fate >= 1:
            heard.append(word)
        elif fate < LOST:
            continue
        elif fate < LOST + JOINED and words:
            heard.append(_mishear(word + words.pop(0), dice))
        elif fate < LOST + JOINED + SPLIT and len(word) > 5:
            heard += [_mishear(part, dice) for part in (word[: len(word) // 2], word[len(word) // 2 :])]
        else:
            heard.append(_mishear(word, dice))
    return " ".join(heard)


def _mishear(word: str, dice: random.Random) -> str:
    return dice.choice(alike(word) or (word,))
