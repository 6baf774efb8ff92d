"""Learns the numbers of ``voice_skill/understand/asked.py`` from the phrases and the lines in ``responses/faq/said/``.

    pip install scikit-learn
    python benchmarks/train_asked.py            # writes voice_skill/understand/asked.npz

Run ``benchmarks/calibrate.py`` afterwards: it fits how much the reader's word counts.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import learning
import numpy as np
from damage import damage

from voice_skill.content import Content, shipped_content
from voice_skill.paths import shipped
from voice_skill.understand.asked import BUCKETS, NONE, NUMBERS, places
from voice_skill.understand.words import Words

SAID = shipped("responses") / "faq" / "said"
OTHER_TALK = shipped("responses") / "red_flags" / "said" / "harmless"
HELD = 0.2
"""How far weights may go (the inverse of the L2 penalty)."""
DAMAGED = 2
"""Damaged copies of a line."""
DAMAGED_COUNTS = 0.5
STORY_COUNTS = 0.5
READERS = 4
"""Readers whose mean is shipped; it costs no more to use than one."""
JOINS = ("so", "and", "but", "", "anyway", "i was wondering", "what i want to know is", "tell me", "and now")


@dataclass(frozen=True)
class Line:
    """What was said, and the entries that answer it; none when it is not asked here."""

    text: str
    entries: tuple[str, ...]


def read(content: Content) -> list[Line]:
    """Every line that is learnt from: phrases, what is refused, and what people said."""
    lines = [Line(phrase, (name,)) for name, entry in content.entries.items() for phrase in entry.phrases]
    lines += [Line(phrase, ()) for phrase in content.lexicon.refused]
    return lines + said(content)


def said(content: Content) -> list[Line]:
    """The lines of ``responses/faq/said/``."""
    lines = []
    for path in sorted(SAID.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            text, _, more = line.partition("|")
            entries = () if path.stem == "off_topic" else (path.stem, *more.split())
            unknown = set(entries) - set(content.entries)
            if unknown:
                raise SystemExit(f"no such answer: {', '.join(sorted(unknown))}")
            lines.append(Line(text.strip(), entries))
    return lines


def stories(content: Content) -> list[str]:
    """What people tell before they ask, none of it of the topic."""
    topic = [f" {wording} " for idea in content.lexicon.topic for wording in content.lexicon.ideas[idea]]
    told = [
        line
        for name in ("strong_words", "other_talk")
        for line in (OTHER_TALK / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    ]
    return [line for line in told if not any(wording in f" {line} " for wording in topic)]


def varied(lines: Iterable[Line], content: Content, dice: random.Random) -> Iterator[tuple[Line, float]]:
    """``lines`` as they may be heard, and amid stories, and how much each counts."""
    told = stories(content)
    for line in lines:
        yield line, 1.0
        for _ in range(DAMAGED):
            yield Line(damage(line.text, dice), line.entries), DAMAGED_COUNTS
        if line.entries:
            before = f"{dice.choice(told)} {dice.choice(JOINS)} {line.text}"
            after = f"{line.text} {dice.choice(JOINS)} {dice.choice(told)}"
            yield Line(before, line.entries), STORY_COUNTS
            yield Line(after, line.entries), STORY_COUNTS / 2
    for story in told:
        yield Line(story, ()), STORY_COUNTS
        yield Line(damage(story, dice), ()), STORY_COUNTS * DAMAGED_COUNTS


def learn(lines: Sequence[Line], content: Content, readers: int = READERS) -> tuple[np.ndarray, np.ndarray]:
    """Weights, a row a place and a column a class, and the bias of each; the last class is ``NONE``.

    The mean of ``readers``.
    """
    return learning.mean(partial(learn_once, lines, content), readers)


def learn_once(lines: Sequence[Line], content: Content, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The same by one reader."""
    names = [*content.entries, NONE]
    words = Words(content.lexicon, [phrase for entry in content.entries.values() for phrase in entry.phrases])
    texts, meant, counts = [], [], []
    for line, count in varied(lines, content, random.Random(seed)):
        for entry in line.entries or (NONE,):
            texts.append(line.text)
            meant.append(names.index(entry))
            counts.append(count / max(1, len(line.entries)))
    return learning.fit([places(text, words.read(text)) for text in texts], BUCKETS, meant, counts, HELD)


def write(weights: np.ndarray, bias: np.ndarray, content: Content, path: Path = NUMBERS) -> None:
    """Keep the numbers as they are shipped."""
    np.savez(path, entries=np.array([*content.entries, NONE]), **learning.shipped(weights, bias))


def main() -> None:
    content = shipped_content()
    lines = read(content)
    print(f"{len(lines)} lines, {sum(not line.entries for line in lines)} of them asked nowhere")
    write(*learn(lines, content), content)
    print(f"{NUMBERS.name}: {NUMBERS.stat().st_size / 1024:.0f} kB")


if __name__ == "__main__":
    main()
