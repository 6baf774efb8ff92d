"""``voice-skill evaluate``: labelled questions in, a table of how well they were answered out."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from voice_skill import evaluation, evaluation_cases, evaluation_figures
from voice_skill.cli.common import load_settings, tell
from voice_skill.content import load
from voice_skill.errors import UsageError
from voice_skill.paths import shipped

FILE = click.Path(dir_okay=False, path_type=Path)
UNREAD_TOLD = 5
"""Recordings that could not be read and are named one by one."""
NEEDED = ("right", "outcomes")
"""What is compared of an earlier run."""


@click.command("evaluate")
@click.argument("cases", type=FILE)
@click.option("--json", "as_json", type=FILE, help="Write a row a case to this file.")
@click.option("--html", "as_html", type=FILE, help="Write a page with plots to this file.")
@click.option("--compare", type=FILE, help="An earlier --json file: show what became right and wrong since.")
@click.option("--require", multiple=True, metavar="[GROUP:]FIGURE>=N", help="Exit 1 when a figure misses this.")
@click.option("--jobs", type=click.IntRange(1), default=lambda: os.cpu_count() or 1, help="Processes to use.")
@click.option("--model", help="Speech model: a name from 'models list' or a folder.")
@click.option("--place", help="Where the person is, such as GB.")
@click.option("--responses", type=click.Path(file_okay=False, path_type=Path), help="Another content folder.")
def command(
    cases: Path,
    as_json: Path | None,
    as_html: Path | None,
    compare: Path | None,
    require: tuple[str, ...],
    **options: object,
) -> int:
    """Answer every case of a TSV file and hold the outcome against what was expected.

    The file has a header and a case a line, with tabs between the columns: text or audio (a path from where the file
    is), expect, and if wanted group and words (what was said, for the word error rate). expect lists with commas what
    is right: the id of an answer, refuse, ask, no_alarm, level:emergency, level:urgent, level:soon, level:any or
    command:NAME.

    Figures to require: right, wrong, refused, missed, false_alarms and wer in percent, median_ms and p95_ms, as in
    --require "chest:missed<=0".
    """
    demands = [evaluation_figures.demand(text) for text in require]
    now = load_settings({"model": options["model"], "place": options["place"]})
    responses = options["responses"] or shipped("responses")
    assert isinstance(responses, Path)
    found = evaluation_cases.read_cases(cases)
    evaluation_cases.check_expectations(found, load(responses), cases)
    for name in evaluation_cases.unused_columns(cases):
        tell(f"{cases}:1: column {name!r} is not used. Known: {', '.join(sorted(evaluation_cases.COLUMNS))}")
    # Read before anything is written: it may be the same file.
    earlier = _earlier(compare) if compare else {}
    rows = _run(found, evaluation.Setup(responses, now.model, now.place), int(str(options["jobs"])))
    summaries = evaluation_figures.summarise(rows)
    _table(summaries)
    _tell_unread(rows)
    if as_json:
        _write(as_json, json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=1))
    if as_html:
        from voice_skill.evaluation_page import page

        _write(as_html, page(rows, summaries))
    if compare:
        _compare(earlier, rows)
    unmet = [line for each in demands if (line := each.unmet(summaries))]
    for line in unmet:
        tell(line)
    return 1 if unmet else 0


def _run(cases: Sequence[evaluation_cases.Case], setup: evaluation.Setup, jobs: int) -> list[evaluation.Row]:
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("cases", total=len(cases))
        return evaluation.run(cases, setup, jobs, lambda count: progress.advance(task, count))


def _table(summaries: Sequence[evaluation_figures.Summary]) -> None:
    names = ("group", "cases", "right", "wrong", "refused", "missed", "false alarms", "WER", "median ms", "p95 ms")
    rows = [names, *(_cells(each) for each in summaries)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(names))]
    for row in rows:
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        click.echo("  ".join(cells))


def _cells(each: evaluation_figures.Summary) -> tuple[str, ...]:
    counts = (each.cases, each.right, each.wrong, each.refused, each.missed, each.false_alarms)
    wer = "-" if each.wer is None else f"{each.wer:.1%}"
    times = ("-" if ms is None else f"{ms:.2f}" for ms in (each.median_ms, each.p95_ms))
    return (each.group, *map(str, counts), wer, *times)


def _tell_unread(rows: Sequence[evaluation.Row]) -> None:
    unread = [row for row in rows if row.error]
    for row in unread[:UNREAD_TOLD]:
        tell(f"line {row.case.line}: {row.error}")
    if unread:
        tell(f"{len(unread)} of {len(rows)} cases could not be read and count as not right; --json names each")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from error


def _earlier(path: Path) -> dict[str, dict[str, Any]]:
    """The rows of an earlier run, by what was asked."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        return {row["case"]["text"] or row["case"]["audio"]: {name: row[name] for name in NEEDED} for row in rows}
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}. Give a file that --json wrote") from error
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path}: is not a file that --json wrote") from error


def _compare(earlier: Mapping[str, Mapping[str, Any]], rows: Sequence[evaluation.Row]) -> None:
    known = [(row, earlier[name]) for row in rows if (name := row.case.text or row.case.audio) in earlier]
    for title, was in (("became wrong", True), ("became right", False)):
        changed = [(row, before) for row, before in known if before["right"] is was and row.right is not was]
        click.echo(f"\n{title}: {len(changed)} of {len(known)}")
        for row, before in changed:
            then, now = (", ".join(found) for found in (before["outcomes"], row.outcomes))
            click.echo(f"  {row.case.text or row.case.audio}  (was {then}; is {now})")
    if len(known) < len(rows):
        click.echo(f"\nnot in the earlier run: {len(rows) - len(known)}")
