"""``responses/words/``: which wordings mean the same."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from voice_skill.content.reading import Reader

TOPIC = "topic"
"""File of the ideas that show a question to be about the upper back."""
ELSEWHERE = "elsewhere"
"""File of the other parts of the body."""
OTHERS = "others"
"""File of the other things that people ask about."""
IDEAS = (TOPIC, "care", "asking", ELSEWHERE, OTHERS)
"""Files that hold an idea a line and its wordings."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words folded into ideas."""

    ideas: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Wordings by idea (``physio``: "physiotherapist", "physical therapy" ...)."""
    topic: frozenset[str] = frozenset()
    """Ideas that show a question to be about the upper back or about pain."""
    elsewhere: frozenset[str] = frozenset()
    """Ideas that are other parts of the body."""
    others: frozenset[str] = frozenset()
    """Ideas that are anything else that is not asked here: illnesses, animals, things."""
    refused: tuple[str, ...] = ()
    """What people say that must not be answered."""
    dropped: tuple[str, ...] = ()
    """Wordings that are left out before anything is compared."""
    small: tuple[str, ...] = ()
    """Words that are known but say little."""
    spelling: Mapping[str, str] = field(default_factory=dict)
    """One word as heard, and the words to read it as."""


def read(reader: Reader) -> Lexicon:
    """The lexicon."""
    folder = reader.folder / "words"
    files = {name: _lists(reader, folder / f"{name}.toml") for name in IDEAS}
    small = reader.table(folder / "small.toml", {"dropped": "texts", "small": "texts"}) or {}
    refused = reader.table(folder / "refused.toml", {"phrases": "texts"}) or {}
    _blame_repeats(reader, folder, files)
    return Lexicon(
        ideas={idea: wordings for ideas in files.values() for idea, wordings in ideas.items()},
        topic=frozenset(files[TOPIC]),
        elsewhere=frozenset(files[ELSEWHERE]),
        others=frozenset(files[OTHERS]),
        refused=tuple(refused.get("phrases", ())),
        dropped=tuple(small.get("dropped", ())),
        small=tuple(small.get("small", ())),
        spelling=_spelling(reader, folder / "spelling.toml"),
    )


def _lists(reader: Reader, path: Path) -> dict[str, tuple[str, ...]]:
    table = reader.parse(path) or {}
    if not reader.check(path, table, dict.fromkeys(table, "texts"), {}):
        return {}
    return {idea: tuple(wordings) for idea, wordings in table.items()}


def _spelling(reader: Reader, path: Path) -> dict[str, str]:
    table = reader.parse(path) or {}
    return table if reader.check(path, table, dict.fromkeys(table, "text"), {}) else {}


def _blame_repeats(reader: Reader, folder: Path, files: Mapping[str, Mapping[str, Iterable[str]]]) -> None:
    """A wording can mean one idea only, and an idea has one line."""
    ideas: set[str] = set()
    meant: dict[str, str] = {}
    for name, table in files.items():
        path = folder / f"{name}.toml"
        for idea, wordings in table.items():
            if idea in ideas:
                reader.blame(path, f"{idea} is the name of another line too", idea)
            ideas.add(idea)
            for wording in wordings:
                if wording in meant:
                    reader.blame(path, f"{wording!r} is given twice, under {meant[wording]} and {idea}", f'"{wording}"')
                meant[wording] = idea
