"""Fits the constants of ``voice_skill/understand/calibration.py`` and prints them.

    python benchmarks/calibrate.py

Every phrase is read by a matcher that has not seen it (five folds), as written and damaged. Against them stand
``tests/utterances/off_topic.tsv`` and the phrases with the upper back taken out and chance words put in its place:
"is brass serious" must be refused for what it names, not for how it asks.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from damage import damage, vocabulary

from voice_skill.content import Content, shipped_content
from voice_skill.understand.matching import Matcher, Ranking

FOLDS = 5
OFF_TOPIC = Path(__file__).parent.parent / "tests/utterances/off_topic.tsv"
PLACES = ("upper_back", "blades", "left_back", "back")
"""Ideas that chance words stand in for; in half of the phrases also for pain."""


@dataclass
class Lines:
    """What was said, what ranking it got, and the entry meant, if any."""

    said: list[str] = field(default_factory=list)
    rankings: list[Ranking] = field(default_factory=list)
    meant: list[int | None] = field(default_factory=list)

    def add(self, matcher: Matcher, text: str, meant: int | None) -> None:
        ranking = matcher.rank(text)
        if ranking is not None:
            self.said.append(text)
            self.rankings.append(ranking)
            self.meant.append(meant)


def folds(content: Content, dice: random.Random) -> Iterator[tuple[Matcher, list[tuple[str, int | None]]]]:
    """Matchers that lack a fifth of the phrases, and that fifth with the number of its entry, if it has one."""
    entries, lexicon = content.entries, content.lexicon
    lists = [(number, entry.phrases) for number, entry in enumerate(entries.values())]
    said = [(phrase, number) for number, phrases in [*lists, (None, lexicon.refused)] for phrase in phrases]
    fold_of = {phrase: dice.randrange(FOLDS) for phrase, _ in said}
    for fold in range(FOLDS):

        def kept(phrases: Sequence[str], fold: int = fold) -> tuple[str, ...]:
            return tuple(phrase for phrase in phrases if fold_of[phrase] != fold)

        left = replace(lexicon, refused=kept(lexicon.refused))
        fewer = {name: replace(entry, phrases=kept(entry.phrases)) for name, entry in entries.items()}
        yield Matcher(replace(content, entries=fewer, lexicon=left)), [one for one in said if fold_of[one[0]] == fold]


def elsewhere(content: Content, phrase: str, dice: random.Random) -> str | None:
    """``phrase`` about something else, or ``None`` when it does not name its place."""
    words, _ = vocabulary()
    places = (*PLACES, "pain") if dice.random() < 0.5 else PLACES
    wordings = sorted((text for idea in places for text in content.lexicon.ideas[idea]), key=len, reverse=True)
    changed = f" {phrase} "
    for wording in wordings:
        changed = changed.replace(f" {wording} ", " * ")
    if "*" not in changed:
        return None
    while "*" in changed:
        changed = changed.replace("*", dice.choice(words), 1)
    return changed.strip()


def gather(content: Content) -> Lines:
    """Everything that the constants are fitted on."""
    dice = random.Random(20261124)
    lines = Lines()
    for matcher, left in folds(content, dice):
        for phrase, entry in left:
            lines.add(matcher, phrase, entry)
            lines.add(matcher, damage(phrase, dice), entry)
            other = elsewhere(content, phrase, dice) if entry is not None else None
            if other is not None:
                lines.add(matcher, other, None)
    return lines


def fit_views(lines: Lines) -> list[float]:
    """Weights of the views by which the entry meant is likeliest (softmax regression, Adam)."""
    picked = [(r, m) for r, m in zip(lines.rankings, lines.meant, strict=True) if m is not None and m in r.entries]
    views = np.stack([ranking.views - ranking.views.mean(axis=0) for ranking, _ in picked])
    right = np.array([list(ranking.entries).index(meant) for ranking, meant in picked])

    def slope(weights: np.ndarray) -> np.ndarray:
        odds = views @ weights
        likely = np.exp(odds - odds.max(axis=1, keepdims=True))
        likely /= likely.sum(axis=1, keepdims=True)
        likely[np.arange(len(right)), right] -= 1
        return np.einsum("nk,nkc->c", likely, views) / len(right)

    return descend(slope, views.shape[2])


def fit_signs(lines: Lines) -> list[float]:
    """Weights of the signs, and last the bias, by which lines that mean an entry are told from others.

    A line so damaged that another entry is thought likelier teaches nothing: it is better refused.
    """
    learnt = [(r, m) for r, m in zip(lines.rankings, lines.meant, strict=True) if m is None or r.entries[0] == m]
    signs = np.array([(*ranking.signs, 1.0) for ranking, _ in learnt], float)
    right = np.array([meant is not None for _, meant in learnt], float)

    def slope(weights: np.ndarray) -> np.ndarray:
        return signs.T @ (1 / (1 + np.exp(-signs @ weights)) - right) / len(right)

    return descend(slope, signs.shape[1])


def descend(slope, size: int, steps: int = 4000) -> list[float]:
    """The weights at the bottom of a convex slope, held a little towards nought."""
    weights, drift, energy = np.zeros(size), np.zeros(size), np.zeros(size)
    for step in range(1, steps + 1):
        down = slope(weights) + 1e-3 * weights
        drift = 0.9 * drift + 0.1 * down
        energy = 0.99 * energy + 0.01 * down**2
        weights -= 0.02 * (drift / (1 - 0.9**step)) / (np.sqrt(energy / (1 - 0.99**step)) + 1e-9)
    return [round(float(weight), 2) for weight in weights]


def show(name: str, values: Sequence[float]) -> None:
    print(f"{name} = ({', '.join(map(str, values))})")


def main() -> None:
    lines = gather(shipped_content())
    print(f"# {len(lines.said)} lines, {sum(meant is not None for meant in lines.meant)} of them mean an entry")
    show("VIEWS", fit_views(lines))
    *signs, bias = fit_signs(lines)
    show("SIGNS", signs)
    print(f"BIAS = {bias}")


if __name__ == "__main__":
    main()
