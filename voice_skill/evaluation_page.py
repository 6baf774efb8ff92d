"""An evaluation as one HTML page with plots: what is confused, what a threshold costs, whether scores are honest."""

import base64
import html
import io
from collections.abc import Sequence
from typing import Any

import numpy as np

from voice_skill.errors import UsageError
from voice_skill.evaluation import Row, Summary, is_outcome_word

BINS = 10
"""Bars of the calibration plot: a tenth of the score each."""


def page(rows: Sequence[Row], summaries: Sequence[Summary]) -> str:
    """The page, complete in itself. ``UsageError`` when the plotting library is not installed."""
    plots = [_plot(draw, rows) for draw in (_confusion, _precision_recall, _calibration)]
    body = "\n".join(f'<img alt="{name}" src="data:image/png;base64,{data}">' for name, data in plots)
    wrong = "\n".join(_line(row) for row in rows if not row.right)
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Evaluation</title>'
        "<style>body{font:16px sans-serif;margin:2em;max-width:70em}td,th{padding:.2em .8em;text-align:right}"
        f"td:first-child,th:first-child{{text-align:left}}img{{max-width:100%}}</style><h1>Evaluation</h1>"
        f"{_table(summaries)}{body}<h2>Not right</h2><table>{wrong}</table></html>\n"
    )


def _table(summaries: Sequence[Summary]) -> str:
    head = "<tr>" + "".join(f"<th>{name}</th>" for name in Summary.__slots__) + "</tr>"
    cells = ("".join(f"<td>{_cell(getattr(each, name))}</td>" for name in Summary.__slots__) for each in summaries)
    return f"<table>{head}{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"


def _cell(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else html.escape("-" if value is None else str(value))


def _line(row: Row) -> str:
    said = row.transcript or row.error or row.case.text
    cells = (said, ", ".join(row.case.expect), ", ".join(row.outcomes), f"{row.score:.2f}")
    return "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells) + "</tr>"


def _plot(draw: Any, rows: Sequence[Row]) -> tuple[str, str]:
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise UsageError("--html needs matplotlib. Run: pip install 'voice-skill[evaluate]'") from error
    figure = Figure(figsize=(8, 6), layout="constrained")
    axes = figure.subplots()
    draw(axes, rows)
    image = io.BytesIO()
    figure.savefig(image, format="png", dpi=90)
    return axes.get_title(), base64.b64encode(image.getvalue()).decode()


def _wanted(row: Row) -> str:
    return next((outcome for outcome in row.case.expect if not is_outcome_word(outcome)), "none")


def _confusion(axes: Any, rows: Sequence[Row]) -> None:
    pairs = [(_wanted(row), row.entry or "none") for row in rows]
    names = sorted({name for pair in pairs for name in pair})
    counts = np.zeros((len(names), len(names)), int)
    for wanted, given in pairs:
        counts[names.index(wanted), names.index(given)] += 1
    axes.imshow(counts, cmap="Blues")
    axes.set(title="Expected entry (down) and entry given (across)")
    axes.set_xticks(range(len(names)), names, rotation=60, ha="right")
    axes.set_yticks(range(len(names)), names)
    for down, across in zip(*np.nonzero(counts), strict=True):
        axes.text(across, down, counts[down, across], ha="center", va="center")


def _precision_recall(axes: Any, rows: Sequence[Row]) -> None:
    """Every threshold at once: going down the scores, how many of those above are right, and how many were found."""
    ranked = sorted((row for row in rows if row.nearest), key=lambda row: -row.score)
    hits = np.cumsum([row.nearest in row.case.expect for row in ranked])
    wanted = max(1, sum(_wanted(row) != "none" for row in rows))
    if ranked:
        axes.plot(hits / wanted, hits / np.arange(1, len(ranked) + 1))
    axes.set(title="Precision over recall, by threshold", xlabel="recall", ylabel="precision", ylim=(0, 1.05))


def _calibration(axes: Any, rows: Sequence[Row]) -> None:
    scored = [(row.score, row.nearest in row.case.expect) for row in rows if row.nearest]
    for low in np.arange(BINS) / BINS:
        inside = [right for score, right in scored if low <= score < low + 1 / BINS or score == low + 1 / BINS == 1]
        if inside:
            axes.bar(low + 0.5 / BINS, np.mean(inside), width=0.9 / BINS, color="tab:blue")
            axes.text(low + 0.5 / BINS, 0.02, len(inside), ha="center", color="white")
    axes.plot([0, 1], [0, 1], "k--")
    axes.set(title="Calibration: share that was right, by score", xlabel="score", ylabel="right")
