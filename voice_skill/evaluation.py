"""Recordings or texts with labels (``evaluation_cases``) -> what became of each (``evaluation_figures`` count them)."""

import multiprocessing
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from voice_skill.assistant import NOTHING_HEARD, Assistant, Turn
from voice_skill.content import load
from voice_skill.errors import RecordingError, VoiceSkillError
from voice_skill.evaluation_cases import Case
from voice_skill.hear.hearing import Hearing
from voice_skill.hear.models import find_model
from voice_skill.messages import Level

WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)*")
"""Words as they are counted for the word error rate: marks, hyphens and capitals are not spoken."""
WARM_UP = "hello"
CHUNK = 16
"""Cases handed to a process at a time: small enough for a lively progress bar, large enough for texts."""


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
    seconds: float | None
    """From the end of the sound (or the text) to the reply, without decoding; ``None`` when nothing was heard."""
    error: str | None
    """Why the recording could not be read. Such a case is not right, whatever was expected."""


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
        # The first case shall not pay for what is read and built once.
        self._assistant.ask_text(WARM_UP)

    def rows(self, cases: Iterable[Case]) -> list[Row]:
        """One row a case; a recording that cannot be read is a row with an error."""
        return [self._row(case) for case in cases]

    def _row(self, case: Case) -> Row:
        self._assistant.start_over()
        try:
            turns = self._turns(case)
        except VoiceSkillError as error:
            says = str(error) if isinstance(error, RecordingError) else f"{case.audio}: {error}"
            return verdict(case, [], None if says.endswith(NOTHING_HEARD) else says)
        return verdict(case, turns)

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


def verdict(case: Case, turns: Sequence[Turn], error: str | None = None) -> Row:
    """What became of ``case``. No turns (nothing heard) counts as refused; ``error`` says what could not be read."""
    happened = outcomes(turns)
    level = reached(turns)
    best = next((match for turn in turns if (match := turn.understanding.match or turn.understanding.runner_up)), None)
    entry = next((turn.reply.entry for turn in turns if turn.reply.entry), None)
    transcript = " ".join(turn.understanding.transcript.text for turn in turns)
    right = error is None and is_right(case.expect, happened)
    wants_answer = any(not is_outcome_word(outcome) for outcome in case.expect)
    said = spoken(case.words)
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
        word_errors=Levenshtein.distance(said, spoken(transcript)) if said else 0,
        word_count=len(said),
        seconds=sum(turn.seconds.understand + turn.seconds.answer for turn in turns) if turns else None,
        error=error,
    )


def spoken(text: str) -> list[str]:
    """The words of ``text`` as they are counted."""
    return WORD.findall(text.lower().replace("\u2019", "'"))


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
