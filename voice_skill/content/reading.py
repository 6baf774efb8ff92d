"""TOML files into checked tables, every fault collected with its file and line."""

import datetime
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


def _list_of(kind: type) -> Callable[[object], bool]:
    return lambda value: isinstance(value, list) and all(isinstance(item, kind) for item in value)


KINDS: Mapping[str, tuple[str, Callable[[object], bool]]] = {
    "text": ("a quoted text", lambda value: isinstance(value, str)),
    "texts": ('a list of quoted texts, ["...", "..."]', _list_of(str)),
    "date": ("a date such as 2026-11-24, without quotes", lambda value: type(value) is datetime.date),
    "flag": ("true or false", lambda value: isinstance(value, bool)),
    "number": ("a number", lambda value: type(value) in (int, float)),
    "table": ("a table", lambda value: isinstance(value, dict)),
    "tables": ("a list of tables", _list_of(dict)),
}
"""Kind of value: how it is described to an author, and whether a value is of it."""


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


@dataclass
class Reader:
    """Reads the files of one ``responses/`` folder and remembers what is wrong with them."""

    folder: Path
    faults: list[Fault] = field(default_factory=list)

    def name(self, path: Path) -> str:
        """``path`` as an author knows it."""
        return path.relative_to(self.folder).as_posix()

    def blame(self, path: Path, says: str, near: str | None = None) -> None:
        """Note a fault; its line is the first that holds ``near`` (a key or a piece of text)."""
        self.faults.append(Fault(self.name(path), line_of(path, near), says))

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
            at = re.search(r"at line (\d+)", str(error))
            says = re.sub(r"\s*\(at .*\)$", "", str(error))
            self.faults.append(Fault(self.name(path), int(at[1]) if at else 0, f"not TOML: {says}"))
        return None

    def table(
        self, path: Path, required: Mapping[str, str], optional: Mapping[str, str] | None = None
    ) -> dict[str, Any] | None:
        """The table in ``path`` when its keys are the ones asked for, else ``None``.

        ``required`` and ``optional`` map a key to its kind, a key of ``KINDS``.
        """
        table = self.parse(path)
        if table is None:
            return None
        return table if self.check(path, table, required, optional or {}) else None

    def check(
        self, path: Path, table: dict[str, Any], required: Mapping[str, str], optional: Mapping[str, str]
    ) -> bool:
        """Whether ``table`` has every required key, no unknown one, and values of their kinds."""
        before = len(self.faults)
        known = {**required, **optional}
        for key in required:
            if key not in table:
                self.blame(path, f"the key {key!r} is missing: add {key} = {KINDS[required[key]][0]}")
        for key, value in table.items():
            if key not in known:
                self.blame(path, f"unknown key {key!r}: the keys are {', '.join(sorted(known))}", key)
            elif not KINDS[known[key]][1](value):
                self.blame(path, f"{key} must be {KINDS[known[key]][0]}", key)
            elif value in ("", []) or (known[key] == "texts" and not all(text.strip() for text in value)):
                self.blame(path, f"{key} holds an empty text", key)
        return len(self.faults) == before


def line_of(path: Path, near: str | None) -> int:
    """Number, from 1, of the line that sets the key ``near`` or holds the text ``near``; 1 if none does."""
    if near is None:
        return 1
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    key = re.compile(rf"\s*\[*\s*\"?{re.escape(near)}\"?\s*(=|\])")
    for number, line in enumerate(lines, 1):
        if key.match(line):
            return number
    for number, line in enumerate(lines, 1):
        if near in line:
            return number
    return 1
