"""Words of the content that a speech model does not know, and so can never hear."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rapidfuzz import fuzz, process

from voice_skill.content import Content, heard

NEAREST = 3
"""Known words named beside an unknown one."""
LIKE = 60.0
"""Likeness, 0 to 100, below which a word is no help."""

Knows = Callable[[str], bool]
"""Whether a model knows a word."""

English = Callable[[], Iterable[str]]
"""Begins to read a list of English words."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A word of the content that a model does not know."""

    word: str
    file: str
    """Below ``responses/``; ``settings`` for the wake phrase."""
    line: int
    """From 1; 0 when it stands in no file."""
    nearest: tuple[str, ...]
    """Known words that are spelt like it, the nearest first."""

    @property
    def says(self) -> str:
        """What is wrong, in one line."""
        near = f"; near it: {', '.join(self.nearest)}" if self.nearest else ""
        return f"the speech model does not know {self.word!r}{near}"

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.says}" if self.line else f"{self.file}: {self.says}"


def unknown(content: Content, responses: Path, knows: Knows, english: English) -> list[Unknown]:
    """Every word of ``content`` that the model does not know, with its first place in ``responses``.

    ``english`` gives words to look for near ones among; vosk does not tell which words a model has.
    """
    files: dict[str, str] = {}
    for source in heard.sources(content):
        for word in heard.WORD.findall(source.text):
            files.setdefault(word, source.file)
    missing = {word: file for word, file in files.items() if not knows(word)}
    near = _Near(knows, english)
    found = [_found(word, file, responses, near) for word, file in missing.items()]
    return sorted(found, key=lambda one: (one.file, one.line, one.word))


def unknown_in(phrase: str, knows: Knows, english: English, file: str) -> list[Unknown]:
    """The words of a phrase that stands in no file of the content, such as the wake phrase."""
    near = _Near(knows, english)
    return [Unknown(word, file, 0, near.to(word)) for word in phrase.lower().split() if not knows(word)]


class _Near:
    """Known words near an unknown one; English is read when there is the first."""

    def __init__(self, knows: Knows, english: English) -> None:
        self._knows = cache(knows)
        self._words = cache(lambda: list(english()))

    def to(self, word: str) -> tuple[str, ...]:
        near = process.extract(word, self._words(), scorer=fuzz.ratio, limit=4 * NEAREST, score_cutoff=LIKE)
        return tuple(other for other, _, _ in near if self._knows(other))[:NEAREST]


def _found(word: str, file: str, responses: Path, near: _Near) -> Unknown:
    name, line = _place(word, _files(responses, file))
    return Unknown(word, name or file, line, near.to(word))


def _files(responses: Path, name: str) -> Mapping[str, Path]:
    """The file ``name``, or those of the folder ``name``."""
    path = responses / name
    paths = sorted(path.rglob("*.toml")) if path.is_dir() else [path]
    return {one.relative_to(responses).as_posix(): one for one in paths if one.is_file()}


def _place(word: str, files: Mapping[str, Path]) -> tuple[str, int]:
    """The first line that holds ``word``; an empty name when a template makes it of parts."""
    whole = re.compile(rf"(?<![\w'*]){re.escape(word)}(?![\w'*])", re.IGNORECASE)
    for name, path in files.items():
        for number, line in enumerate(_lines(path), 1):
            if whole.search(line.partition("#")[0]):
                return name, number
    return "", 0


@cache
def _lines(path: Path) -> tuple[str, ...]:
    return tuple(path.read_text(encoding="utf-8").replace("’", "'").splitlines())


def english_words(model: Path) -> Iterator[str]:
    """The words in ``graph/words.txt`` of a model that has one."""
    for line in (model / "graph" / "words.txt").read_text(encoding="utf-8").splitlines():
        word = line.split(" ")[0]
        if word[:1].isalpha():
            yield word
