"""The figures of an evaluation, group by group, and the demands that they must meet."""

import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from voice_skill.errors import UsageError
from voice_skill.evaluation import Row

FIGURES = ("right", "wrong", "refused", "missed", "false_alarms", "wer", "median_ms", "p95_ms")


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of one group."""

    group: str
    cases: int
    right: int
    wrong: int
    """Something else than expected happened, not counting ``refused``."""
    refused: int
    missed: int
    false_alarms: int
    wer: float | None
    """Word errors over words said, 0 to 1 and above."""
    median_ms: float | None
    """Time for the cases in which anything was heard."""
    p95_ms: float | None

    def percent(self, figure: str) -> float:
        """A figure as ``--require`` compares it: counts and WER in percent, times in milliseconds."""
        value: float | None = getattr(self, figure)
        if figure.endswith("_ms"):
            return float(value or 0.0)
        if figure == "wer":
            return 100 * value if value is not None else 0.0
        return 100 * float(value or 0) / self.cases


def summarise(rows: Sequence[Row]) -> list[Summary]:
    """A summary a group, by name, and one named ``total`` last."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.case.group, []).append(row)
    summaries = [_summary(name, groups[name]) for name in sorted(groups)]
    return [*summaries, _summary("total", rows)]


def _summary(group: str, rows: Sequence[Row]) -> Summary:
    words = sum(row.word_count for row in rows)
    times = sorted(1000 * row.seconds for row in rows if row.seconds is not None)
    right = sum(row.right for row in rows)
    refused = sum(row.refused for row in rows)
    return Summary(
        group=group,
        cases=len(rows),
        right=right,
        wrong=len(rows) - right - refused,
        refused=refused,
        missed=sum(row.missed for row in rows),
        false_alarms=sum(row.false_alarm for row in rows),
        wer=sum(row.word_errors for row in rows) / words if words else None,
        median_ms=statistics.median(times) if times else None,
        p95_ms=times[min(len(times) - 1, int(0.95 * len(times)))] if times else None,
    )


@dataclass(frozen=True, slots=True)
class Demand:
    """A figure that must be reached: ``[GROUP:]FIGURE>=N`` or ``<=N``."""

    text: str
    group: str
    figure: str
    at_least: bool
    bound: float

    def unmet(self, summaries: Sequence[Summary]) -> str | None:
        """What is wrong, in one line, or ``None``."""
        summary = next((each for each in summaries if each.group == self.group), None)
        if summary is None:
            return f"required {self.text}, but there is no group {self.group!r}"
        value = summary.percent(self.figure)
        met = value >= self.bound if self.at_least else value <= self.bound
        return None if met else f"required {self.text}, but {self.figure} is {value:.2f}"


def demand(text: str) -> Demand:
    """A demand as ``--require`` writes it; ``UsageError`` when it is none."""
    found = re.fullmatch(r"\s*(?:(?P<group>[^:]+):)?\s*(?P<figure>\w+)\s*(?P<sign>[<>]=)\s*(?P<bound>[\d.]+)\s*", text)
    if not found or found["figure"] not in FIGURES:
        raise UsageError(f"--require {text!r}: write [GROUP:]FIGURE>=N, where FIGURE is one of {', '.join(FIGURES)}")
    return Demand(text, found["group"] or "total", found["figure"], found["sign"] == ">=", float(found["bound"]))
