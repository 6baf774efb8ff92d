"""TOML files into checked tables, every fault collected with its file and line.

A module that reads files with spoken sentences also yields them, as ``spoken(records) -> Iterator[Spoken]``:
``content_check`` holds every one against the same rules.
"""

import datetime
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


def _list_of(kind: type) -> Callable[[object], bool]:
    return lambda value: isinstance(value, list) and all(isinstance(item, kind) for item in value)


NEVER = datetime.date.min
"""Stands in for a date that could not be read."""

KINDS: Mapping[str, tuple[str, Callable[[object], bool], Callable[[], Any]]] = {
    "text": ("a quoted text", lambda value: isinstance(value, str), str),
    "texts": ('a list of quoted texts, ["...", "..."]', _list_of(str), list),
    "date": ("a date such as 2026-11-24, without quotes", lambda value: type(value) is datetime.date, lambda: NEVER),
    "flag": ("true or false", lambda value: isinstance(value, bool), bool),
    "number": ("a number", lambda value: type(value) in (int, float), int),
    "table": ("a table", lambda value: isinstance(value, dict), dict),
    "tables": ("a list of tables", _list_of(dict), list),
}
"""Kind of value: how it is described to an author, whether a value is of it, and a blank one."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """Sentences that are said together, and where their author finds them."""

    file: str
    """Path below ``responses/``, with forward slashes."""
    at: tuple[str, ...]
    """Keys that lead to them, the outermost first; texts near them will do."""
    sentences: tuple[str, ...]
    """As written, with their slots in braces."""
    slots: frozenset[str] = frozenset()
    """Slots the code fills, besides those of ``places.toml``."""
    medicine: bool = False
    """The medicine check is said with them, so they may name a painkiller."""
    whole: bool = True
    """Whole sentences; ``False`` for words that others are built with, such as a topic."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing to mend in ``responses/``."""

    file: str
    """Path below ``responses/``, with forward slashes."""
    line: int
    """From 1; 0 when the fault is the file as a whole."""
    says: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.says}" if self.line else f"{self.file}: {self.says}"


def toml_slip(error: tomllib.TOMLDecodeError) -> tuple[int, str]:
    """The line, 0 when it is the end of the file, and what is wrong there."""
    at = re.search(r"at line (\d+)", str(error))
    return int(at[1]) if at else 0, "not TOML: " + re.sub(r"\s*\(at .*\)$", "", str(error))


@dataclass
class Reader:
    """Reads the files of one ``responses/`` folder and remembers what is wrong with them."""

    folder: Path
    faults: list[Fault] = field(default_factory=list)

    def name(self, path: Path) -> str:
        """``path`` as an author knows it."""
        return path.relative_to(self.folder).as_posix()

    def blame(self, path: Path, says: str, *near: str) -> None:
        """Note a fault; ``line_of`` says what its line is ``near``."""
        self.faults.append(Fault(self.name(path), line_of(path, *near), says))

    def blame_folder(self, name: str, says: str) -> None:
        """Note a fault of the folder ``name`` below ``responses/``."""
        self.faults.append(Fault(name, 0, says))

    def parse(self, path: Path) -> dict[str, Any] | None:
        """The file's table, or ``None`` when it is not TOML."""
        try:
            with path.open("rb") as file:
                return tomllib.load(file)
        except FileNotFoundError:
            self.faults.append(Fault(self.name(path), 0, "the file is missing"))
        except UnicodeDecodeError:
            self.blame(path, "not UTF-8 text: save it again as UTF-8")
        except OSError as error:
            self.faults.append(Fault(self.name(path), 0, f"cannot be read: {error.strerror}"))
        except tomllib.TOMLDecodeError as error:
            line, says = toml_slip(error)
            self.faults.append(Fault(self.name(path), line, says))
        return None

    def table(
        self, path: Path, required: Mapping[str, str], optional: Mapping[str, str] | None = None
    ) -> dict[str, Any] | None:
        """The table in ``path``, or ``None`` when it is not TOML.

        ``required`` and ``optional`` map a key to its kind, a key of ``KINDS``. A blank value stands in for a
        required one that is missing or wrong, so that the rest of the file can be checked as well; the fault is
        noted, and content with faults is never used.
        """
        table = self.parse(path)
        return None if table is None else self.checked(path, table, required, optional)

    def checked(
        self,
        path: Path,
        table: Mapping[str, Any],
        required: Mapping[str, str],
        optional: Mapping[str, str] | None = None,
        *inside: str,
    ) -> dict[str, Any]:
        """As ``table``, for a table of ``path`` that was read already and stands under the keys ``inside``."""
        optional = optional or {}
        self.check(path, table, required, optional, *inside)
        known = {**required, **optional}
        good = {key: value for key, value in table.items() if key in known and KINDS[known[key]][1](value)}
        blank = {key: KINDS[kind][2]() for key, kind in required.items() if key not in good}
        return good | blank

    def check(
        self,
        path: Path,
        table: Mapping[str, Any],
        required: Mapping[str, str],
        optional: Mapping[str, str],
        *inside: str,
    ) -> bool:
        """Whether ``table``, under the keys ``inside``, has every required key, no unknown one, and right values."""
        before = len(self.faults)
        known = {**required, **optional}
        for key in required:
            if key not in table:
                self.blame(path, f"the key {key!r} is missing: add {key} = {KINDS[required[key]][0]}", *inside)
        for key, value in table.items():
            if key not in known:
                self.blame(path, f"unknown key {key!r}: the keys are {', '.join(sorted(known))}", *inside, key)
            elif not KINDS[known[key]][1](value):
                self.blame(path, f"{key} must be {KINDS[known[key]][0]}", *inside, key)
            elif value in ("", []) or (known[key] == "texts" and not all(text.strip() for text in value)):
                self.blame(path, f"{key} holds an empty text", *inside, key)
        return len(self.faults) == before


def line_of(path: Path, *near: str) -> int:
    """Number, from 1, of the line that sets the key or holds the text ``near``; 1 if none does.

    Several are looked for in turn, each from the line of the one before.
    """
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    at = 0
    for text in near:
        key = re.compile(rf"\s*\[*\s*\"?{re.escape(text)}\"?\s*(=|\])")
        rest = range(at, len(lines))
        keys = (place for place in rest if key.match(lines[place]))
        at = next(keys, next((place for place in rest if text in lines[place]), at))
    return at + 1


def lines_with(path: Path, text: str, *near: str) -> list[int]:
    """Numbers, from 1, of all lines that hold ``text``, from the line on that is ``near``."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return [number for number in range(line_of(path, *near), len(lines) + 1) if text in lines[number - 1]]
