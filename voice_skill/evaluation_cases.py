"""Labelled questions: a TSV file with a header, a case a row.

Columns: ``text`` or ``audio`` (a path relative to the file), ``expect``, and if wanted ``group`` and ``words`` (what
was really said, for the word error rate). Others are left alone.
``expect`` is a comma list of acceptable outcomes: an entry id, ``refuse``, ``ask``, ``level:emergency``,
``level:urgent``, ``level:soon``, ``level:any``, ``no_alarm``, ``command:NAME``.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from voice_skill.content import Content
from voice_skill.errors import UsageError
from voice_skill.messages import Level

COLUMNS = {"text", "audio", "expect", "group", "words"}
UNLISTED = ("yes", "no", "unsure", "mixed", "what_do_you_mean", "meaning")  # commands without a list of their own


@dataclass(frozen=True, slots=True)
class Case:
    """One labelled question."""

    line: int
    """Line in its file, from 1."""
    text: str
    """What is typed; empty when there is audio."""
    audio: str
    """Path of the recording; empty when there is text."""
    expect: tuple[str, ...]
    group: str
    words: str
    """What was really said, or empty."""


def read_cases(path: Path) -> list[Case]:
    """The cases of a TSV file; ``UsageError`` with file and line for a row that cannot be used."""
    rows = csv.DictReader(io.StringIO(_text(path), newline=""), delimiter="\t", quoting=csv.QUOTE_NONE)
    try:
        header = rows.fieldnames or ()
        if "expect" not in header or not {"text", "audio"} & set(header):
            found = ", ".join(map(repr, header)) or "nothing"
            raise UsageError(f"{path}:1: the header needs the columns 'expect' and 'text' or 'audio'; it has {found}")
        cases = [_case(path, rows.line_num, row) for row in rows if any(row.values())]
    except csv.Error as error:
        raise UsageError(f"{path}:{rows.line_num + 1}: is no row of text cells with tabs between: {error}") from error
    if not cases:
        raise UsageError(f"{path}: holds no cases. Write one a line below the header")
    return cases


def unused_columns(path: Path) -> list[str]:
    """Names in the header that nothing reads: notes, or typing slips."""
    header = _text(path).partition("\n")[0].rstrip("\r").split("\t")
    return [name for name in header if name and name not in COLUMNS]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: is not text in UTF-8. Save the cases as tab-separated text in UTF-8") from error
    except OSError as error:
        why = error.strerror or str(error)
        raise UsageError(f"{path}: cannot be read: {why}. Give the path of a TSV file of cases") from error


def _case(path: Path, line: int, row: Mapping[Any, Any]) -> Case:
    cell = {key: (row.get(key) or "").strip() for key in COLUMNS}
    expect = tuple(part.strip() for part in cell["expect"].split(",") if part.strip())
    if any(row.get(None) or ()):
        raise UsageError(f"{path}:{line}: has more cells than the header has columns: a tab too many?")
    if not expect:
        raise UsageError(f"{path}:{line}: 'expect' is empty. Write the outcomes that are right, such as 'refuse'")
    if "text" not in row and not cell["audio"]:
        raise UsageError(f"{path}:{line}: 'audio' is empty. Write the path of a recording")
    if cell["audio"] and cell["text"]:
        raise UsageError(f"{path}:{line}: give 'text' or 'audio', not both")
    audio = str(path.parent / cell["audio"]) if cell["audio"] else ""
    return Case(line, cell["text"], audio, expect, cell["group"] or "all", cell["words"])


def check_expectations(cases: Iterable[Case], content: Content, path: Path) -> None:
    """``UsageError`` naming the first ``expect`` that no outcome could ever meet: a typing slip, not a failure."""
    known = {"refuse", "ask", "no_alarm", "level:any", *content.entries}
    said = content.commands
    known |= {f"command:{name}" for name in (*said.commands, *said.asked, *said.anywhere, *said.who, *UNLISTED)}
    known |= {f"level:{level.id}" for level in Level}
    for line, outcome in ((case.line, outcome) for case in cases for outcome in case.expect):
        if outcome not in known:
            close = get_close_matches(outcome, known, 1)
            hint = f"did you mean {close[0]!r}?" if close else "see 'voice-skill evaluate --help'"
            raise UsageError(f"{path}:{line}: unknown outcome {outcome!r} in 'expect': {hint}")
