"""Which entries an utterance speaks for: naive Bayes over its features, kept as an inverted index."""

from array import array
from collections import defaultdict
from collections.abc import Mapping
from itertools import combinations

import numpy as np
import numpy.typing as npt

from voice_skill.understand.words import Reading

SMOOTHING = 0.3
"""Times that every feature counts as seen with every entry: an entry has some 75 phrases, not thousands."""
SMALL = 0.5
"""Weight of a small word: "why" and "how" do tell entries apart, "the" does not."""
TOGETHER = 0.5
"""Weight of two ideas in one utterance, which their own weights already count in part."""

STRANGE = "?"
"""Name of every word that is not understood: it speaks for what is refused."""
MOST_IDEAS = 24
"""Ideas of one utterance that are taken two by two: a ramble of minutes would take thousands of pairs."""
SOUNDS = 3
"""Consonants in a row that are taken as one feature."""

Features = Mapping[str, float]
"""What an utterance holds, by name, and how much of it."""
Floats = npt.NDArray[np.float32]


def said(reading: Reading) -> Features:
    """What an utterance says: its ideas and small words, and every two ideas together."""
    found: dict[str, float] = {}
    for token in reading.tokens:
        name, weight = (token.idea, token.weight) if token.weight else (STRANGE, 1.0)
        found[name] = max(weight * (SMALL if token.small else 1.0), found.get(name, 0.0))
    ideas = sorted({token.idea if token.weight else STRANGE for token in reading.tokens if not token.small})
    for one, other in combinations(ideas[:MOST_IDEAS], 2):
        found[f"{one}+{other}"] = TOGETHER * found[one] * found[other]
    return found


def heard(reading: Reading) -> Features:
    """How an utterance sounds, a few consonants at a time: half of them outlive any one misheard word."""
    sound = reading.sound
    return dict.fromkeys((sound[at : at + SOUNDS] for at in range(len(sound) - SOUNDS + 1)), 1.0)


class Tally:
    """How often each feature was seen with each entry, from one phrase after the other."""

    def __init__(self) -> None:
        self.features: dict[str, int] = {}
        """Their numbers, in the order in which they were seen."""
        self.seen: defaultdict[tuple[int, int], float] = defaultdict(float)
        """By number of feature and entry."""

    def add(self, features: Features, entry: int) -> None:
        """Count what a phrase of ``entry`` holds."""
        for name, weight in features.items():
            self.seen[self.features.setdefault(name, len(self.features)), entry] += weight


class Index:
    """How strongly each feature speaks for each entry."""

    def __init__(self, tally: Tally, count: int) -> None:
        """``tally`` is of the phrases of ``count`` entries."""
        rows = sorted(tally.seen)
        counts = np.array([tally.seen[row] for row in rows], np.float32)
        self._features = tally.features
        self._entries = np.array([entry for _, entry in rows], np.int32)
        self._weights = np.log1p(counts / SMOOTHING).astype(np.float32)
        numbers = [number for number, _ in rows]
        self._starts = array("I", np.searchsorted(numbers, np.arange(len(self._features) + 1)).tolist())
        """Where the rows of each feature begin."""
        totals = np.bincount(self._entries, counts, count) + SMOOTHING * len(self._features)
        self._size = np.log(totals / totals.mean()).astype(np.float32)

    def votes(self, features: Features) -> Floats:
        """What ``features`` say of each entry: their log-likelihood, up to a constant, tempered by their number.

        They are far from independent, so that the sum of those it holds would be too sure of a long utterance.
        """
        known = [(self._span(name), weight) for name, weight in features.items() if name in self._features]
        count = len(self._size)
        if not known:
            return np.zeros(count, np.float32)
        spans = [span for span, _ in known]
        shares = np.repeat([weight for _, weight in known], [span.stop - span.start for span in spans])
        entries = np.concatenate([self._entries[span] for span in spans])
        weights = np.concatenate([self._weights[span] for span in spans])
        amount = sum(weight for _, weight in known)
        held = np.bincount(entries, shares * weights, count) - amount * self._size
        return np.asarray(held / max(amount, 1.0) ** 0.5, np.float32)

    def _span(self, name: str) -> slice:
        """The rows of a feature."""
        number = self._features[name]
        return slice(self._starts[number], self._starts[number + 1])
