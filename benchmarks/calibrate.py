"""Fits the constants of ``voice_skill/understand/calibration.py`` and prints them.

    python benchmarks/calibrate.py

Every phrase and every line of ``responses/faq/said/`` is read by a matcher, and a second reader, that have not seen it
(five folds), as written and damaged. Against them stand what is refused, talk of other things, and the phrases with the
upper back taken out and chance words put in its place: "is brass serious" must be refused for what it names, not for
how it asks.
"""

import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import train_asked
from damage import damage, vocabulary

from voice_skill.content import Content, shipped_content
from voice_skill.understand.asked import Asked
from voice_skill.understand.matching import Matcher, Ranking

FOLDS = 5
PLACES = ("upper_back", "blades", "left_back", "back")
"""Ideas that chance words stand in for; in half of the phrases also for pain."""
ELSEWHERE_COUNTS = 0.5
"""Weight of a phrase with chance words in it, of which there are too many."""
OFF_TOPIC_COUNTS = 2.5
"""Weight of a line that people say to assistants about something else, of which there are too few."""


@dataclass
class Lines:
    """What was said, what ranking it got, and the entries meant, if any."""

    said: list[str] = field(default_factory=list)
    rankings: list[Ranking] = field(default_factory=list)
    meant: list[frozenset[int]] = field(default_factory=list)
    counts: list[float] = field(default_factory=list)
    """How much each counts when lines that mean an entry are told from others."""

    def add(self, matcher: Matcher, text: str, meant: frozenset[int], count: float = 1.0) -> None:
        ranking = matcher.rank(text)
        if ranking is not None:
            self.said.append(text)
            self.rankings.append(ranking)
            self.meant.append(meant)
            self.counts.append(count)


def folds(content: Content, dice: random.Random) -> Iterator[tuple[Matcher, list[train_asked.Line]]]:
    """Matchers that lack a fifth of what is learnt from, and that fifth."""
    lines = train_asked.read(content)
    fold_of = {line.text: dice.randrange(FOLDS) for line in lines}
    for fold in range(FOLDS):

        def kept(phrases: Sequence[str], fold: int = fold) -> tuple[str, ...]:
            return tuple(phrase for phrase in phrases if fold_of[phrase] != fold)

        left = replace(content.lexicon, refused=kept(content.lexicon.refused))
        entries = {name: replace(entry, phrases=kept(entry.phrases)) for name, entry in content.entries.items()}
        fewer = replace(content, entries=entries, lexicon=left)
        yield (
            Matcher(fewer, reader([line for line in lines if fold_of[line.text] != fold], fewer)),
            [line for line in lines if fold_of[line.text] == fold],
        )


def reader(lines: Sequence[train_asked.Line], content: Content) -> Asked:
    """A second reader that learnt from ``lines`` only."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "asked.npz"
        train_asked.write(*train_asked.learn(lines, content, readers=2), content, path)
        return Asked(list(content.entries), path)


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
    names = list(content.entries)
    said = {line.text for line in train_asked.said(content)}
    lines = Lines()
    for matcher, left in folds(content, dice):
        for line in left:
            meant = frozenset(map(names.index, line.entries))
            count = OFF_TOPIC_COUNTS if line.text in said and not meant else 1.0
            lines.add(matcher, line.text, meant, count)
            lines.add(matcher, damage(line.text, dice), meant, count)
            other = elsewhere(content, line.text, dice) if meant and line.text not in said else None
            if other is not None:
                lines.add(matcher, other, frozenset(), ELSEWHERE_COUNTS)
    return lines


def fit_views(lines: Lines) -> list[float]:
    """Weights of the views by which an entry meant is likeliest (softmax regression, Adam)."""
    every = zip(lines.rankings, lines.meant, strict=True)
    picked = [(np.array(r.views), [entry in m for entry in r.entries]) for r, m in every]
    picked = [(views - views.mean(axis=0), right) for views, right in picked if any(right)]
    most = max(len(views) for views, _ in picked)
    views = np.stack([np.pad(views, ((0, most - len(views)), (0, 0))) for views, _ in picked])
    right = np.array([np.pad(right, (0, most - len(right))) for _, right in picked], bool)
    listed = np.array([[at < len(views) for at in range(most)] for views, _ in picked])

    def slope(weights: np.ndarray) -> np.ndarray:
        odds = np.where(listed, views @ weights, -np.inf)
        likely = np.exp(odds - odds.max(axis=1, keepdims=True))
        likely /= likely.sum(axis=1, keepdims=True)
        aim = np.where(right, likely, 0) + 1e-12 * right
        aim /= aim.sum(axis=1, keepdims=True)
        return np.einsum("nk,nkc->c", likely - aim, views) / len(right)

    return descend(slope, views.shape[2])


def fit_signs(lines: Lines) -> list[float]:
    """Weights of the signs, and last the bias, by which lines that mean an entry are told from others.

    A line so damaged that another entry is thought likelier teaches nothing: it is better refused.
    """
    every = zip(lines.rankings, lines.meant, lines.counts, strict=True)
    learnt = [(r.signs, bool(m), count) for r, m, count in every if not m or r.entries[0] in m]
    signs = np.array([(*signs, 1.0) for signs, _, _ in learnt], float)
    right = np.array([meant for _, meant, _ in learnt], float)
    counts = np.array([count for _, _, count in learnt])

    def slope(weights: np.ndarray) -> np.ndarray:
        return signs.T @ (counts * (1 / (1 + np.exp(-signs @ weights)) - right)) / counts.sum()

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
    print(f"# {len(lines.said)} lines, {sum(map(bool, lines.meant))} of them mean an entry")
    show("VIEWS", fit_views(lines))
    *signs, bias = fit_signs(lines)
    show("SIGNS", signs)
    print(f"BIAS = {bias}")


if __name__ == "__main__":
    main()
