"""Recordings or texts with labels -> how good is it.

A case is a row of a TSV file with a header. Columns: ``text`` or ``audio`` (a path relative to the file), ``expect``,
and if wanted ``group`` and ``words`` (what was really said, for the word error rate).
``expect`` is a comma list of acceptable outcomes: an entry id, ``refuse``, ``ask``, ``level:emergency``,
``level:urgent``, ``level:soon``, ``level:any``, ``no_alarm``, ``command:NAME``.
"""

import csv
import io
import multiprocessing
import re
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from voice_skill.assistant import Assistant, Turn
from voice_skill.content import Content, load
from voice_skill.errors import RecordingError, UsageError, VoiceSkillError
from voice_skill.hear.hearing import Hearing
from voice_skill.hear.models import find_model
from voice_skill.messages import Level

COLUMNS = {"text", "audio", "expect", "group", "words"}
FIGURES = ("right", "wrong", "refused", "missed", "false_alarms", "wer", "median_ms", "p95_ms")
UNLISTED = ("yes", "no", "unsure", "mixed", "what_do_you_mean", "meaning")  # commands without a list of their own
CHUNK = 16
"""Cases handed to a process at a time: small enough for a lively progress bar, large enough for texts."""


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


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one case."""

    case: Case
    transcript: str
    outcomes: tuple[str, ...]
    """Everything that ``expect`` could have named and that happened."""
    entry: str | None
    """The entry answered."""
    nearest: str | None
    """The entry that scored best, answered or not."""
    score: float
    """Score of ``nearest``, 0 to 1."""
    level: str | None
    right: bool
    refused: bool
    """An answer was expected and none was given."""
    missed: bool
    """The level reached is below every acceptable one."""
    false_alarm: bool
    """An alarm where every acceptable outcome is without one."""
    word_errors: int
    word_count: int
    """0 when ``words`` was not given."""
    seconds: float
    """From the end of the sound (or the text) to the reply, without decoding."""
    error: str | None


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
    median_ms: float
    p95_ms: float

    def percent(self, figure: str) -> float:
        """A figure as ``--require`` compares it: counts and WER in percent, times in milliseconds."""
        value: float | None = getattr(self, figure)
        if figure.endswith("_ms"):
            return float(value or 0.0)
        if figure == "wer":
            return 100 * value if value is not None else 0.0
        return 100 * float(value or 0) / self.cases


def read_cases(path: Path) -> list[Case]:
    """The cases of a TSV file; ``UsageError`` with file and line for a row that cannot be used."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read as a TSV file of cases: {error}") from error
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter="\t", quoting=csv.QUOTE_NONE)
    header = set(rows.fieldnames or ())
    if "expect" not in header or not header & {"text", "audio"}:
        raise UsageError(f"{path}:1: the header needs the columns 'expect' and 'text' or 'audio'")
    cases = [_case(path, rows.line_num, row) for row in rows if any(row.values())]
    if not cases:
        raise UsageError(f"{path}: holds no cases")
    return cases


def _case(path: Path, line: int, row: Mapping[str | None, str | None]) -> Case:
    cell = {key: (row.get(key) or "").strip() for key in COLUMNS}
    expect = tuple(part.strip() for part in cell["expect"].split(",") if part.strip())
    if not expect:
        raise UsageError(f"{path}:{line}: 'expect' is empty")
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
            raise UsageError(f"{path}:{line}: unknown outcome {outcome!r} in 'expect'")


@dataclass(frozen=True, slots=True)
class Setup:
    """What is evaluated."""

    responses: Path
    """A content folder."""
    model: str | None = None
    """As ``find_model`` takes it."""
    place: str = "unknown"


def run(
    cases: Sequence[Case], setup: Setup, jobs: int = 1, tick: Callable[[int], None] = lambda count: None
) -> list[Row]:
    """One row a case, in order, by ``jobs`` processes. ``tick`` is told how many are done as they come."""
    chunks = [cases[at : at + CHUNK] for at in range(0, len(cases), CHUNK)]
    # Told once, here: a model that is missing is one line, not one line a process.
    if any(case.audio for case in cases):
        find_model(setup.model)
    rows: list[Row] = []
    for done in _done(chunks, setup, min(jobs, len(chunks))):
        rows += done
        tick(len(done))
    return rows


def _done(chunks: list[Sequence[Case]], setup: Setup, jobs: int) -> Iterator[list[Row]]:
    if jobs <= 1:
        judge = Judge(setup)
        yield from map(judge.rows, chunks)
        return
    # Spawned, not forked: neither the recogniser nor its threads survive a fork.
    with multiprocessing.get_context("spawn").Pool(jobs, _start, (setup,)) as pool:
        yield from pool.imap(_rows, chunks)


class Judge:
    """Puts cases to an assistant and holds the outcome against what was expected."""

    def __init__(self, setup: Setup) -> None:
        hearing = Hearing(lambda: find_model(setup.model))
        self._assistant = Assistant(load(setup.responses), hearing, setup.place)

    def rows(self, cases: Iterable[Case]) -> list[Row]:
        """One row a case; a recording that cannot be read is a row with an error."""
        return [self._row(case) for case in cases]

    def _row(self, case: Case) -> Row:
        self._assistant.start_over()
        began = time.perf_counter()
        try:
            turns = self._turns(case)
        except VoiceSkillError as error:
            says = str(error) if isinstance(error, RecordingError) else f"{case.audio}: {error}"
            return verdict(case, [], says, time.perf_counter() - began)
        return verdict(case, turns, None, sum(turn.seconds.understand + turn.seconds.answer for turn in turns))

    def _turns(self, case: Case) -> list[Turn]:
        if not case.audio:
            return [self._assistant.ask_text(case.text)]
        return list(self._assistant.ask_recording(Path(case.audio), case.audio))


_judge: Judge


def _start(setup: Setup) -> None:
    global _judge  # noqa: PLW0603 - a worker process has one judge, made once
    _judge = Judge(setup)


def _rows(cases: Sequence[Case]) -> list[Row]:
    return _judge.rows(cases)


def reached(turns: Sequence[Turn]) -> Level | None:
    """The highest level of the replies."""
    return max((turn.reply.level for turn in turns if turn.reply.level), default=None)


def outcomes(turns: Sequence[Turn]) -> tuple[str, ...]:
    """Every name that ``expect`` may use for what happened."""
    found: list[str] = []
    level = reached(turns)
    for turn in turns:
        heard = turn.understanding
        if turn.reply.entry:
            found.append(turn.reply.entry)
        if heard.command:
            found.append(f"command:{heard.command}")
        if heard.choices or heard.suspected:
            found.append("ask")
    if level is not None and level >= Level.SOON:
        found += [f"level:{level.id}", "level:any"]
    else:
        found.append("no_alarm")
        if not any(turn.understood for turn in turns):
            found.append("refuse")
    return tuple(dict.fromkeys(found))


def verdict(case: Case, turns: Sequence[Turn], error: str | None, seconds: float) -> Row:
    """What became of ``case``. No turns (nothing heard) counts as refused."""
    happened = outcomes(turns)
    level = reached(turns)
    best = next((match for turn in turns if (match := turn.understanding.match or turn.understanding.runner_up)), None)
    entry = next((turn.reply.entry for turn in turns if turn.reply.entry), None)
    transcript = " ".join(turn.understanding.transcript.text for turn in turns)
    right = is_right(case.expect, happened)
    wants_answer = any(not is_outcome_word(outcome) for outcome in case.expect)
    said = case.words.lower().split()
    return Row(
        case=case,
        transcript=transcript,
        outcomes=happened,
        entry=entry,
        nearest=best.entry if best else None,
        score=best.score if best else 0.0,
        level=level.id if level is not None else None,
        right=right,
        refused=not right and wants_answer and entry is None and "no_alarm" in happened,
        missed=missed_alarm(case.expect, happened, level),
        false_alarm=is_false_alarm(case.expect, happened),
        word_errors=Levenshtein.distance(said, transcript.lower().split()) if said else 0,
        word_count=len(said),
        seconds=seconds,
        error=error,
    )


def is_outcome_word(outcome: str) -> bool:
    """Whether ``outcome`` is one of the fixed words, not the id of an entry."""
    return outcome in {"refuse", "ask", "no_alarm"} or outcome.startswith(("level:", "command:"))


def is_right(expect: Sequence[str], happened: Sequence[str]) -> bool:
    """Whether an acceptable outcome happened. An answer under an alarm nobody expected is not right."""
    return not is_false_alarm(expect, happened) and bool(set(expect) & set(happened))


def is_false_alarm(expect: Sequence[str], happened: Sequence[str]) -> bool:
    """Whether there was an alarm and none was acceptable."""
    return "level:any" in happened and not any(outcome.startswith("level:") for outcome in expect)


def missed_alarm(expect: Sequence[str], happened: Sequence[str], level: Level | None) -> bool:
    """Whether an alarm was due and the level reached is below all that were acceptable."""
    wanted = [Level.SOON if name == "level:any" else Level.from_id(name[6:]) for name in expect if name[:6] == "level:"]
    return bool(wanted) and not set(expect) & set(happened) and (level or Level.SELF_CARE) < min(wanted)


def summarise(rows: Sequence[Row]) -> list[Summary]:
    """A summary a group, by name, and one named ``total`` last."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.case.group, []).append(row)
    summaries = [_summary(name, groups[name]) for name in sorted(groups)]
    return [*summaries, _summary("total", rows)]


def _summary(group: str, rows: Sequence[Row]) -> Summary:
    words = sum(row.word_count for row in rows)
    times = sorted(1000 * row.seconds for row in rows)
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
        median_ms=statistics.median(times),
        p95_ms=times[min(len(times) - 1, int(0.95 * len(times)))],
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
