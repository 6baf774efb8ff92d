"""A second reader of danger signs: how like a clause is to thousands of ways in which people tell of one.

The signs of ``responses/red_flags/`` know what their authors foresaw. This reader was taught with what people say.
It is the mean of two that err differently: one looks at each word and its neighbours (``looking``), one reads all of it
at once (``attending``). Of negation, time and person it knows something, but less than the rules: for signs that these
may have missed, give it clauses from which they are resolved.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from voice_skill.content import Content
from voice_skill.messages import Level
from voice_skill.understand.attending import Attending
from voice_skill.understand.looking import Looking
from voice_skill.understand.pieces import FILLERS, LITTLE, words_of

NUMBERS = Path(__file__).with_name("likeness.npz")
"""What ``benchmarks/train_likeness.py`` learnt."""
SPAN = 12
"""Words that are weighed together: a danger told in a few words must not drown in a long story."""
SHORTEST = 4
"""Words of a clause from which it tells a danger sign: what is shorter, the signs know."""
STEP = 4
"""Words from one span to the next."""
CALM = 0.95
"""Probability of no danger from which nothing is told."""
HARMLESS = "none"
"""The class beside the flags."""
Numbers = npt.NDArray[np.float32]


class Likely(NamedTuple):
    """A danger sign that a clause is like."""

    flag: str
    probability: float
    """0 to 1: that a danger of the flag's level, or of a higher one, is told."""
    evidence: str
    """The words that were weighed."""


class _Heard:
    """What both readers see of a text, and what they find in it."""

    def __init__(self, text: str, looking: Looking, attending: Attending) -> None:
        self._looking, self._attending = looking, attending
        self.all_words = words_of(text, FILLERS)
        """Those that tell of when it was, too."""
        self.places = [at for at, word in enumerate(self.all_words) if word not in LITTLE]
        """Where in these each of ``words`` stands."""
        self.words = [self.all_words[at] for at in self.places]
        self.spans = spans_of(len(self.words))

    @cached_property
    def seen(self) -> Numbers:
        """Log odds by the reader of spans, a row a span and a column a flag."""
        return self._looking.odds(self.words, self.spans)

    @cached_property
    def likely(self) -> Numbers:
        """Probabilities by both readers, a row a span and a column a flag."""
        starts = [self.places[start] for start, _ in self.spans]
        return _shares((self.seen + self._attending.odds(self.all_words, starts)) / np.float32(2))


class Likeness:
    """Tells which danger signs of ``content`` a clause is like."""

    def __init__(self, content: Content) -> None:
        with np.load(NUMBERS) as numbers:
            names = [str(name) for name in numbers["flags"]]
            known = [at for at, name in enumerate(names) if name in content.flags or name == HARMLESS]
            self._looking = Looking(numbers, known)
            self._attending = Attending(numbers, known)
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
        heard = self._heard(text)
        if not heard.words:
            return 0.0
        return 1 - float(heard.likely[:, self._harmless].min())

    def _of(self, clause: str) -> Iterator[Likely]:
        heard = self._heard(clause)
        if len(heard.words) < SHORTEST:
            return
        # What the quicker reader finds calm, the other has never found a danger in.
        if self._calm(_shares(heard.seen)) or self._calm(likely := heard.likely):
            return
        for least in self._least:
            told = likely[:, least].sum(axis=1)
            at = int(told.argmax())
            flag = int((likely[at] * least).argmax())
            start, end = heard.spans[at]
            probability = float(likely[at, self._as_high[flag]].sum())
            yield Likely(self._names[flag], probability, " ".join(heard.words[start:end]))

    def _calm(self, likely: Numbers) -> bool:
        return bool(likely[:, self._harmless].min() > CALM)

    @lru_cache(maxsize=8)  # noqa: B019 - the same words are asked about several times a turn
    def _heard(self, text: str) -> _Heard:
        return _Heard(text, self._looking, self._attending)


def _shares(odds: Numbers) -> Numbers:
    likely: Numbers = np.exp(odds - odds.max(axis=1, keepdims=True))
    likely /= likely.sum(axis=1, keepdims=True)
    return likely


def spans_of(count: int) -> list[tuple[int, int]]:
    """From and to which word a clause of ``count`` words is weighed: the whole of it, or overlapping parts."""
    if count <= SPAN + STEP:
        return [(0, count)]
    return [(start, min(start + SPAN, count)) for start in range(0, count - SPAN + STEP, STEP)]
