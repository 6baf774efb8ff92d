"""Which word follows which: a general bigram model of English, mixed with the sentences of the content.

The content's sentences are counted with absolute discounting (Ney, Essen and Kneser 1994) and interpolated with the
general model; what says little beyond a shorter history is pruned by relative entropy (Stolcke 1998).
"""

import gzip
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

START, END = "<s>", "</s>"
DISCOUNT = 0.5
"""Taken from every count and given to what was not counted."""

RARE = 0.01
"""Count of a word that stands in no sentence: enough to be heard at all."""

Follow = dict[str, float]
"""Probability of each word that may follow."""


@dataclass
class Bigrams:
    """A back-off model of one and two words."""

    words: Follow
    """Probability of each word whatever stands before."""
    after: dict[str, Follow]
    """Probabilities of the words that were seen after a word."""
    rest: dict[str, float] = field(default_factory=dict)
    """Factor of ``words`` for those that were not; 1 where nothing was seen after a word."""

    def probability(self, before: str, word: str) -> float:
        """Of ``word`` after ``before``."""
        seen = self.after.get(before, {}).get(word)
        return self.rest.get(before, 1.0) * self.words.get(word, 0.0) if seen is None else seen


def read_arpa(path: Path) -> Bigrams:
    """A bigram model from a gzipped ARPA file."""
    words: Follow = {}
    rest: dict[str, float] = {}
    after: dict[str, Follow] = defaultdict(dict)
    order = 0
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            cells = line.rstrip("\n").split("\t")
            if line.startswith("\\"):
                order = int(line[1]) if line[1].isdigit() else 0
            elif order == 1 and len(cells) > 1:
                words[cells[1]] = 10 ** float(cells[0])
                rest[cells[1]] = 10 ** float(cells[2])
            elif order == 2 and len(cells) > 2:
                after[cells[1]][cells[2]] = 10 ** float(cells[0])
    words.pop(START)
    return Bigrams(words, dict(after), rest)


class Counts:
    """How often words, pairs and triples stand in weighted sentences."""

    def __init__(self, sentences: Iterable[tuple[tuple[str, ...], float]]) -> None:
        self.one: Counter[str] = Counter()
        self.two: dict[str, Counter[str]] = defaultdict(Counter)
        self.three: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for words, weight in sentences:
            if not weight:
                self.one.update(dict.fromkeys(words, RARE))
                continue
            line = (START, *words, END)
            for at in range(1, len(line)):
                self.one[line[at]] += weight
                self.two[line[at - 1]][line[at]] += weight
                if at > 1:
                    self.three[line[at - 2], line[at - 1]][line[at]] += weight


def _discounted(counts: Mapping[str, float], lower: Mapping[str, float]) -> Follow:
    """Probabilities of what was counted, a part of each given to all by ``lower``."""
    total = sum(counts.values())
    freed = sum(min(DISCOUNT, count) for count in counts.values()) / total
    return {word: max(count - DISCOUNT, 0.0) / total + freed * lower.get(word, 0.0) for word, count in counts.items()}


def mixed(general: Bigrams, counts: Counts, share: float) -> Bigrams:
    """``share`` (0 to 1) of the content's sentences, the rest general English."""
    total = sum(counts.one.values())
    words = {word: (1 - share) * p for word, p in general.words.items()}
    for word, count in counts.one.items():
        words[word] = words.get(word, 0.0) + share * count / total
    all_words = sum(words.values())
    words = {word: p / all_words for word, p in words.items()}
    after = {before: dict(follow) for before, follow in general.after.items()}
    for before, follow in counts.two.items():
        ours = _discounted(follow, words)
        freed = sum(min(DISCOUNT, count) for count in follow.values()) / sum(follow.values())
        theirs = after.get(before, {})
        # A word that general English hardly begins with belongs to the content more than the share says.
        part = _part(share, counts.one.get(before, counts.one[END]), general.words.get(before, 0.0), total)
        after[before] = {
            word: part * ours.get(word, freed * words[word]) + (1 - part) * general.probability(before, word)
            for word in {*ours, *theirs}
            if word in words
        }
    return _with_rest(Bigrams(words, after))


def _part(share: float, count: float, general: float, total: float) -> float:
    """How much the content has to say of what follows a word: Bayes' rule, by where the word is likelier to stand."""
    ours, theirs = share * count / total, (1 - share) * general
    return ours / (ours + theirs)


def _with_rest(model: Bigrams) -> Bigrams:
    for before, follow in model.after.items():
        left = 1 - sum(follow.values())
        unseen = 1 - sum(model.words[word] for word in follow)
        model.rest[before] = max(left, 1e-6) / max(unseen, 1e-6)
    return model


def pruned(model: Bigrams, least: float, keep: Mapping[str, Mapping[str, float]]) -> Bigrams:
    """``model`` without the pairs whose loss changes the entropy by less than ``least``; those in ``keep`` stay."""
    after = {}
    for before, follow in model.after.items():
        often = model.words.get(before, model.words[END])
        rest = model.rest[before]
        kept = {
            word: p
            for word, p in follow.items()
            if word in keep.get(before, ()) or often * p * math.log(p / (rest * model.words[word])) > least
        }
        if kept:
            after[before] = kept
    return _with_rest(Bigrams(model.words, after))


@dataclass(frozen=True, slots=True)
class Triples:
    """What follows two words of the content."""

    after: Mapping[tuple[str, str], Follow]
    rest: Mapping[tuple[str, str], float]
    """Factor of the bigram model for what was not seen."""


def triples(model: Bigrams, counts: Counts, trust: float) -> Triples:
    """What follows each pair of words of the content; ``trust`` (0 to 1) is the content's part in it."""
    after: dict[tuple[str, str], Follow] = {}
    rest: dict[tuple[str, str], float] = {}
    for pair, follow in counts.three.items():
        if pair[1] not in model.after:
            continue
        lower = {word: model.probability(pair[1], word) for word in follow}
        ours = _discounted(follow, lower)
        after[pair] = {word: trust * p + (1 - trust) * lower[word] for word, p in ours.items()}
        rest[pair] = max(1 - sum(after[pair].values()), 1e-6) / max(1 - sum(lower.values()), 1e-6)
    return Triples(after, rest)
