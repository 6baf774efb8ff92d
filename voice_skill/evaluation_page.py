"""An evaluation as one HTML page with plots: what is confused, what a threshold costs, whether scores are honest."""

import base64
import html
import io
from collections.abc import Sequence
from typing import Any

import numpy as np

from voice_skill.errors import UsageError
from voice_skill.evaluation import Row, is_outcome_word
from voice_skill.evaluation_figures import Summary

BINS = 10
"""Bars of the calibration plot: a tenth of the score each."""
MARKS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
"""Thresholds named along the curve of precision over recall."""
NONE, ALARM = "(no answer)", "(alarm)"
"""What may be given instead of an entry; they stand behind the entries."""
STYLE = """
body { font: 16px/1.4 sans-serif; margin: 2em; max-width: 70em }
table { border-collapse: collapse; margin-bottom: 2em }
td, th { padding: .2em .8em; text-align: left; vertical-align: top; border-bottom: 1px solid #ddd }
.figures td + td, .figures th + th { text-align: right }
.figures tr:last-child { font-weight: bold }
td:nth-child(3) { min-width: 18em }
.figures td:nth-child(3) { min-width: 0 }
img { max-width: 100%; display: block; margin-bottom: 1em }
"""


def page(rows: Sequence[Row], summaries: Sequence[Summary]) -> str:
    """The page, complete in itself. ``UsageError`` when the plotting library is not installed."""
    plots = [_plot(draw, rows) for draw in (_confusion, _precision_recall, _calibration)]
    body = "\n".join(f'<img alt="{name}" src="data:image/png;base64,{data}">' for name, data in plots)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Evaluation</title>'
        f"<style>{STYLE}</style></head><body><h1>Evaluation of {len(rows)} cases</h1>"
        f"{_table(summaries)}{body}{_not_right(rows)}</body></html>\n"
    )


def _table(summaries: Sequence[Summary]) -> str:
    names = Summary.__slots__
    lines = [_tr("th", [name.replace("_", " ") for name in names])]
    lines += [_tr("td", [_cell(getattr(each, name)) for name in names]) for each in summaries]
    return f'<table class="figures">{"".join(lines)}</table>'


def _not_right(rows: Sequence[Row]) -> str:
    wrong = [row for row in rows if not row.right]
    if not wrong:
        return "<h2>Every case was right</h2>"
    lines = [_tr("th", ("line", "group", "heard", "expected", "happened", "nearest", "score"))]
    for row in wrong:
        said, near = row.error or row.transcript or row.case.text, row.nearest or "-"
        expected, happened = ", ".join(row.case.expect), ", ".join(row.outcomes)
        lines.append(
            _tr("td", (str(row.case.line), row.case.group, said, expected, happened, near, f"{row.score:.2f}"))
        )
    return f"<h2>Not right: {len(wrong)}</h2><table>{''.join(lines)}</table>"


def _tr(tag: str, cells: Sequence[str]) -> str:
    return "<tr>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells) + "</tr>"


def _cell(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else "-" if value is None else str(value)


def _plot(draw: Any, rows: Sequence[Row]) -> tuple[str, str]:
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise UsageError("--html needs matplotlib. Run: pip install 'voice-skill[evaluate]'") from error
    figure = Figure(figsize=(9, 7), layout="constrained")
    axes = figure.subplots()
    draw(axes, rows)
    image = io.BytesIO()
    figure.savefig(image, format="png", dpi=100)
    return axes.get_title(), base64.b64encode(image.getvalue()).decode()


def _wanted(row: Row) -> str:
    entries = [outcome for outcome in row.case.expect if not is_outcome_word(outcome)]
    # Of several entries that are right, the one given is no confusion.
    if entries:
        return row.entry if row.entry in entries else entries[0]
    return ALARM if any(outcome.startswith("level:") for outcome in row.case.expect) else NONE


def _given(row: Row) -> str:
    return ALARM if "level:any" in row.outcomes else row.entry or NONE


def _confusion(axes: Any, rows: Sequence[Row]) -> None:
    pairs = [(_wanted(row), _given(row)) for row in rows]
    names = sorted({name for pair in pairs for name in pair}, key=lambda name: (name in (NONE, ALARM), name))
    counts = np.zeros((len(names), len(names)), int)
    for wanted, given in pairs:
        counts[names.index(wanted), names.index(given)] += 1
    shares = counts / np.maximum(1, counts.sum(axis=1, keepdims=True))
    shown = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.figure.colorbar(shown, label="share of the row", shrink=0.8)
    axes.set(title="Confusion: expected and given", xlabel="given", ylabel="expected")
    axes.set_xticks(range(len(names)), names, rotation=60, ha="right")
    axes.set_yticks(range(len(names)), names)
    for down, across in zip(*np.nonzero(counts), strict=True):
        colour = "white" if shares[down, across] > 0.5 else "black"
        axes.text(across, down, counts[down, across], ha="center", va="center", color=colour)


def _precision_recall(axes: Any, rows: Sequence[Row]) -> None:
    """Every threshold at once: going down the scores, how many of those above are right, and how many were found."""
    ranked = sorted((row for row in rows if row.nearest), key=lambda row: -row.score)
    hits = np.cumsum([row.nearest in row.case.expect for row in ranked])
    wanted = max(1, sum(_wanted(row) not in (NONE, ALARM) for row in rows))
    recall, precision = hits / wanted, hits / np.arange(1, len(ranked) + 1)
    if ranked:
        axes.plot(recall, precision, label="nearest entry, answered from a score upwards")
    marks = [(mark, sum(row.score >= mark for row in ranked) - 1) for mark in MARKS]
    marks = [(mark, at) for mark, at in marks if at >= 0]
    axes.plot([recall[at] for _, at in marks], [precision[at] for _, at in marks], "o", label="that score")
    # The marks crowd where the curve is steep: their labels stand below each other, with a line to each.
    for place, (mark, at) in enumerate(marks):
        axes.annotate(
            f"{mark:.1f}",
            (recall[at], precision[at]),
            (0.85 - 0.06 * place, 0.35),
            arrowprops={"arrowstyle": "-", "color": "lightgrey"},
        )
    axes.set(title="Precision and recall, by threshold", xlabel="recall", ylabel="precision")
    axes.set(xlim=(0, 1.02), ylim=(0, 1.05))
    axes.legend(loc="lower left")


def _calibration(axes: Any, rows: Sequence[Row]) -> None:
    scored = [(min(int(row.score * BINS), BINS - 1), row.nearest in row.case.expect) for row in rows if row.nearest]
    bars = [(number, [right for at, right in scored if at == number]) for number in range(BINS)]
    bars = [(number, rights) for number, rights in bars if rights]
    middles = [(number + 0.5) / BINS for number, _ in bars]
    axes.bar(middles, [np.mean(rights) for _, rights in bars], width=0.9 / BINS, label="right (cases above the bar)")
    for middle, (_, rights) in zip(middles, bars, strict=True):
        axes.text(middle, np.mean(rights) + 0.01, len(rights), ha="center")
    axes.plot([0, 1], [0, 1], "k--", label="a score that is honest")
    axes.set(title="Calibration: share that was right, by score", xlabel="score", ylabel="share right")
    axes.set(xlim=(0, 1), ylim=(0, 1.1))
    axes.legend(loc="upper left")
