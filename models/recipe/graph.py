"""Lexicon and language model to the two graphs that vosk composes while it decodes: HCLr.fst, Gr.fst, words.txt.

OpenFst's own command line tools compile, sort and convert them; ``README.md`` says what each label means.
"""

import json
import math
import os
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from language import END, START, Bigrams, Triples
from pronunciations import PHONES, Phones

UNKNOWN_WORD = "[unk]"
EPSILON = 0
SILENCE = 1
"""Number of the silence phone."""
SILENCE_COST = math.log(2)
"""A pause between two words is as likely as none."""
POSITIONS = ("begin", "internal", "end", "alone")
BOUNDARY = "#"

Arc = tuple[int, int, int, int, float]
"""From, to, transition id, word id, cost (natural logarithm)."""


def number(phone: str, position: str) -> int:
    """Number of a phone at its place in a word: four for each, after silence."""
    return 2 + len(POSITIONS) * PHONES.index(phone) + POSITIONS.index(position)


def enter(phone: int) -> int:
    """Transition id of a phone's first frame."""
    return 2 * phone


def stay(phone: int) -> int:
    """Transition id of its later frames."""
    return 2 * phone - 1


class _Tree:
    """A prefix tree of pronunciations, a state a phone."""

    PAUSE, WORDS, SILENT = 0, 1, 2
    """Where an utterance begins, where a word begins, where it is silent."""

    def __init__(self) -> None:
        self.arcs: list[Arc] = [
            (self.PAUSE, self.WORDS, EPSILON, EPSILON, SILENCE_COST),
            (self.PAUSE, self.SILENT, enter(SILENCE), EPSILON, SILENCE_COST),
            (self.SILENT, self.SILENT, stay(SILENCE), EPSILON, 0.0),
            (self.SILENT, self.WORDS, EPSILON, EPSILON, 0.0),
        ]
        self._next: dict[tuple[int, int], int] = {}
        self._states = 3

    def state(self, phone: int) -> int:
        """A new state in which ``phone`` may last."""
        self._states += 1
        self.arcs.append((self._states - 1, self._states - 1, stay(phone), EPSILON, 0.0))
        return self._states - 1

    def add(self, phones: Phones, word: int) -> None:
        """One way to say ``word``."""
        at = self.WORDS
        for phone in _placed(phones):
            following = self._next.get((at, phone))
            if following is None:
                following = self._next[at, phone] = self.state(phone)
                self.arcs.append((at, following, enter(phone), EPSILON, 0.0))
            at = following
        self.arcs.append((at, self.PAUSE, EPSILON, word, 0.0))

    def add_unknown(self, word: int, chances: Mapping[str, Mapping[str, float]]) -> None:
        """Any phones, by how often one follows another: what a grammar takes for none of its words."""
        at = {phone: {place: self.state(number(phone, place)) for place in POSITIONS[:3]} for phone in PHONES}
        entry = self._states
        self._states += 1
        self.arcs.append((self.WORDS, entry, EPSILON, word, 0.0))
        for phone, places in at.items():
            begin = number(phone, "begin")
            self.arcs.append((entry, places["begin"], enter(begin), EPSILON, _cost(chances[BOUNDARY][phone])))
            self.arcs.append((places["end"], self.PAUSE, EPSILON, EPSILON, 0.0))
            for other, next_places in at.items():
                chance = chances[phone][other]
                ends = chance * chances[other][BOUNDARY]
                for place in ("begin", "internal"):
                    here = places[place]
                    inner, last = number(other, "internal"), number(other, "end")
                    self.arcs.append((here, next_places["internal"], enter(inner), EPSILON, _cost(chance)))
                    self.arcs.append((here, next_places["end"], enter(last), EPSILON, _cost(ends)))


def _placed(phones: Phones) -> list[int]:
    if len(phones) == 1:
        return [number(phones[0], "alone")]
    inner = [number(phone, "internal") for phone in phones[1:-1]]
    return [number(phones[0], "begin"), *inner, number(phones[-1], "end")]


def _cost(chance: float) -> float:
    return -math.log(chance)


class Tools:
    """OpenFst's command line tools, writing into one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # Debian keeps the look-ahead type in a folder of its own, where the dynamic loader does not look.
        plugins = sorted(map(str, Path("/usr/lib").glob("*/fst/*")))
        self._environment = {**os.environ, "LD_LIBRARY_PATH": ":".join(plugins)}

    def run(self, *command: str | Path) -> None:
        """Run one tool; ``RuntimeError`` says what it said."""
        try:
            done = subprocess.run(  # noqa: S603 - a tool of OpenFst
                list(map(str, command)),
                cwd=self._folder,
                env=self._environment,
                capture_output=True,
                text=True,
                check=False,
            )
        except FileNotFoundError as error:
            raise RuntimeError(f"{command[0]} is missing. Run: sudo apt install libfst-tools") from error
        if done.returncode or "ERROR" in done.stderr:
            raise RuntimeError(f"{command[0]} failed: {done.stderr.strip()}")


def build_words(tools: Tools, folder: Path, ways: Mapping[str, Iterable[Phones]], unknown: Path) -> dict[str, int]:
    """Write ``HCLr.fst`` and ``words.txt``; return each word's number."""
    words = [*sorted(ways), UNKNOWN_WORD]
    first = {word: number for number, word in enumerate(words, 1)}
    tree = _Tree()
    for word in words[:-1]:
        for phones in ways[word]:
            tree.add(phones, first[word])
    tree.add_unknown(first[UNKNOWN_WORD], json.loads(unknown.read_text())["bi"])
    lines = [f"{a}\t{b}\t{i}\t{o}\t{cost:.6g}" for a, b, i, o, cost in tree.arcs]
    (folder / "HCL.txt").write_text("\n".join([*lines, str(_Tree.WORDS)]) + "\n")
    tools.run("fstcompile", "HCL.txt", "HCL.fst")
    tools.run("fstarcsort", "--sort_type=olabel", "HCL.fst", "HCL.sorted")
    tools.run(
        "fstconvert", "--fst_type=olabel_lookahead", "--save_relabel_opairs=relabelled", "HCL.sorted", "HCLr.fst"
    )  # fmt: skip
    # Look-ahead gives words new numbers. The recogniser must know them by these.
    pairs = (line.split() for line in (folder / "relabelled").read_text().splitlines())
    new = {int(old): int(now) for old, now in pairs}
    numbers = {word: new[first[word]] for word in words}
    table = [("<eps>", EPSILON), *sorted(numbers.items(), key=lambda item: item[1])]
    (folder / "words.txt").write_text("".join(f"{word} {number}\n" for word, number in table))
    for scratch in ("HCL.txt", "HCL.fst", "HCL.sorted", "relabelled"):
        (folder / scratch).unlink()
    return numbers


def build_grammar(tools: Tools, folder: Path, model: Bigrams, extra: Triples, numbers: Mapping[str, int]) -> None:
    """Write ``Gr.fst``: back-off arcs are epsilons, words are both labels."""
    arcs, finals = _grammar(model, extra)
    lines = [
        f"{a}\t{b}\t{numbers.get(word, EPSILON)}\t{word or '<eps>'}\t{cost:.6g}"
        # The tool begins where the first line begins: at state 0, the start of an utterance.
        for a, b, word, cost in sorted(arcs, key=lambda arc: (arc[0], numbers.get(arc[2], EPSILON)))
    ]
    (folder / "G.txt").write_text("\n".join([*lines, *(f"{state}\t{cost:.6g}" for state, cost in finals)]) + "\n")
    tools.run("fstcompile", "--osymbols=words.txt", "--keep_osymbols", "G.txt", "G.fst")
    tools.run("fstarcsort", "--sort_type=ilabel", "G.fst", "G.sorted")
    tools.run("fstconvert", "--fst_type=const", "G.sorted", "Gr.fst")
    for scratch in ("G.txt", "G.fst", "G.sorted"):
        (folder / scratch).unlink()


Final = tuple[int, float]


def _grammar(model: Bigrams, extra: Triples) -> tuple[list[tuple[int, int, str, float]], list[Final]]:
    histories = [(START,), *((word,) for word in sorted(model.after) if word != START), *sorted(extra.after)]
    state = {history: at for at, history in enumerate(histories)}
    anything = len(state)
    arcs: list[tuple[int, int, str, float]] = []
    finals: list[Final] = []

    def target(history: tuple[str, ...], word: str) -> int:
        pair = (history[-1], word) if history else ()
        return state.get(pair, state.get((word,), anything))

    def lead(at: int, history: tuple[str, ...], follow: Mapping[str, float]) -> None:
        for word, chance in follow.items():
            if word == END:
                finals.append((at, _cost(chance)))
            elif chance > 0:
                arcs.append((at, target(history, word), word, _cost(chance)))

    for history, at in state.items():
        long = len(history) == 2
        lead(at, history, extra.after[history] if long else model.after[history[0]])  # type: ignore[index]
        shorter = state[history[1:]] if long else anything
        rest = extra.rest[history] if long else model.rest[history[0]]  # type: ignore[index]
        arcs.append((at, shorter, "", _cost(rest)))
    lead(anything, (), model.words)
    return arcs, finals
