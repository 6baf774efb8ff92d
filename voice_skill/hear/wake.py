"""The wake phrase: a small grammar finds it, and the open model must hear it too."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from rapidfuzz import fuzz

from voice_skill.errors import UsageError
from voice_skill.hear.recogniser import Decoding, Recogniser
from voice_skill.hear.recording import Block
from voice_skill.messages import Transcript

ALIKE = 85.0
"""Likeness, 0 to 100, from which the open model's words pass for the phrase: "hey back couch" for "hey back coach".

The grammar alone takes other speech for the phrase, and is sure of it.
"""

WORDS_ALIKE = 60.0
"""The same of each single word: "hay" passes for "hey"; "hey bad coach", where it is heard so, is another phrase."""

FEWEST_LETTERS = 6
"""A shorter phrase is in everything that people say."""


class WakePhrase:
    """Words that wake the skill. ``UsageError`` names those that the model cannot hear."""

    def __init__(self, recogniser: Recogniser, phrase: str) -> None:
        self.words = tuple(phrase.lower().replace(",", " ").split())
        if sum(map(len, self.words)) < FEWEST_LETTERS:
            raise UsageError(f"the wake phrase {phrase!r} is too short: choose two or three words")
        unknown = [word for word in self.words if not recogniser.knows(word)]
        if unknown:
            raise UsageError(
                f"the speech model does not know {', '.join(map(repr, unknown))}. Choose a wake phrase of other words"
            )
        self._recogniser = recogniser

    @property
    def text(self) -> str:
        """The phrase, in small letters."""
        return " ".join(self.words)

    def listen(self) -> "Attempt":
        """Begin to look for the phrase in one utterance."""
        return Attempt(self, self._recogniser)

    def end_in(self, words: Sequence[str]) -> int | None:
        """How many of ``words`` are over when the phrase is; ``None`` when they do not hold it as a whole."""
        size = len(self.words)
        found = {at + size: self._likeness(words[at : at + size]) for at in range(len(words) - size + 1)}
        best = max(found, key=lambda end: found[end], default=None)
        return best if best is not None and found[best] >= ALIKE else None

    def _likeness(self, words: Sequence[str]) -> float:
        if any(fuzz.ratio(one, other) < WORDS_ALIKE for one, other in zip(words, self.words, strict=True)):
            return 0.0
        return fuzz.ratio(" ".join(words), self.text)

    def stripped(self, heard: Transcript) -> Transcript:
        """What follows the phrase, in every hypothesis that has it; ``heard`` itself when none has."""
        ends = [(text.split(), self.end_in(text.split())) for text in heard.hypotheses]
        rest = [" ".join(words[end:]) for words, end in ends if end is not None]
        if not rest:
            return heard
        more = dict.fromkeys(text for text in rest[1:] if text and text != rest[0])
        return replace(heard, text=rest[0], alternatives=tuple(more), words=heard.words[ends[0][1] or 0 :])


class Attempt:
    """One utterance searched for the phrase, as it comes."""

    def __init__(self, phrase: WakePhrase, recogniser: Recogniser) -> None:
        self._phrase = phrase
        self._recogniser = recogniser
        self._grammar: Decoding | None = recogniser.start([phrase.text])
        self._open: Decoding | None = None
        self._blocks: list[Block] = []

    @property
    def samples(self) -> Block:
        """The utterance so far."""
        return np.concatenate(self._blocks) if self._blocks else np.zeros(0, np.int16)

    def accept(self, samples: Block) -> bool:
        """Take more of the utterance; whether the phrase was heard by now."""
        self._blocks.append(samples)
        if self._grammar is not None:
            self._grammar.accept(samples)
            if not _holds(self._grammar.partial().split(), self._phrase.words):
                return False
            self._look_again()
        elif self._open is not None:
            self._open.accept(samples)
        return self._open is not None and self._phrase.end_in(self._open.partial().split()) is not None

    def finish(self) -> Transcript | None:
        """The utterance is over: all of it as the open model heard it, when the phrase is in it."""
        if self._grammar is not None:
            if not _holds(self._grammar.finish().text.split(), self._phrase.words):
                return None
            self._look_again()
        heard = self._open.finish() if self._open else Transcript("")
        return heard if any(self._phrase.end_in(text.split()) is not None for text in heard.hypotheses) else None

    def _look_again(self) -> None:
        self._grammar = None
        self._open = self._recogniser.start()
        self._open.accept(self.samples)


def _holds(words: Sequence[str], phrase: Sequence[str]) -> bool:
    size = len(phrase)
    return any(tuple(words[at : at + size]) == tuple(phrase) for at in range(len(words) - size + 1))
