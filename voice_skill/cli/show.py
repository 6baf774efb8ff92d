"""A turn on the screen, or as JSON."""

import sys
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from voice_skill.assistant import Turn
from voice_skill.content import shipped_content
from voice_skill.messages import Level, Match, RedFlag

if TYPE_CHECKING:
    from rich.console import Console

Near = list[tuple[str, str, float]]
"""Phrase, entry and score from 0 to 1, the nearest first."""

COLOURS = {Level.EMERGENCY: "bold red", Level.URGENT: "bold yellow", Level.SOON: "yellow"}


def as_object(turn: Turn, seconds: Mapping[str, float], near: Near) -> dict[str, Any]:
    """The fields that ``--json`` promises."""
    heard, reply = turn.understanding, turn.reply
    match = heard.match
    fields: dict[str, Any] = {
        "file": turn.source,
        "transcript": heard.transcript.text,
        "confidence": round(heard.transcript.confidence, 3),
        "alternatives": list(heard.transcript.alternatives),
        "entry": reply.entry,
        "score": round(match.score, 3) if match else None,
        "margin": round(match.margin, 3) if match else None,
        "runner_up": _match(heard.runner_up),
        "level": reply.level.id if reply.level is not None else None,
        "red_flags": [_flag(flag) for flag in heard.red_flags],
        "suspected": [_flag(flag) for flag in heard.suspected],
        "choices": list(heard.choices),
        "command": heard.command,
        "asks": reply.expects,
        "reply": list(reply.sentences),
        "seconds": {step: round(value, 4) for step, value in seconds.items()},
        "model": turn.model,
    }
    if near:
        fields["nearest"] = [{"phrase": one[0], "entry": one[1], "score": round(one[2], 3)} for one in near]
    return fields


def _match(match: Match | None) -> dict[str, Any] | None:
    return {"entry": match.entry, "score": round(match.score, 3)} if match else None


def _flag(flag: RedFlag) -> dict[str, str]:
    return {"id": flag.id, "level": flag.level.id, "evidence": flag.evidence}


def show(turn: Turn, near: Near) -> None:
    """What was heard, what it was taken for, the answer and the advice."""
    heard, reply = turn.understanding, turn.reply
    console = _console()
    _line(console, turn.source, style="bold")
    _line(console, f'  Heard      "{heard.transcript.text}"')
    for flag in heard.red_flags:
        _line(console, f"  Red flag   {flag.id} ({flag.level.id}): {flag.evidence}", style=COLOURS.get(flag.level, ""))
    if reply.entry and heard.match:
        question = shipped_content().entries[reply.entry].question
        _line(console, f"  Taken for  {question} ({heard.match.score:.0%})")
    for phrase, entry, score in near:
        _line(console, f"  {score:9.0%}  {phrase} [{entry}]", style="dim")
    _line(console, "")
    for sentence in reply.sentences:
        _line(console, f"  {sentence}", style=COLOURS.get(reply.level, "") if reply.level else "")
    _line(console, "")


def _line(console: "Console", text: str, style: str = "") -> None:
    # Markup off: a file may be called [red].wav. Soft wrap: a line of output stays a line in a pipe.
    console.print(text, style=style or None, markup=False, highlight=False, soft_wrap=True)


@cache
def _console() -> "Console":
    from rich.console import Console

    return Console(file=sys.stdout)
