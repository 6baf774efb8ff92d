"""A turn on the screen, or as JSON."""

import os
from collections.abc import Mapping
from typing import Any

import click

from voice_skill.assistant import Turn
from voice_skill.content import Content
from voice_skill.messages import Level, Match, RedFlag
from voice_skill.paths import encodable, printable

Near = list[tuple[str, str, float]]
"""Phrase, entry and score from 0 to 1, the nearest first."""

COLOURS: Mapping[Level | None, dict[str, Any]] = {
    Level.EMERGENCY: {"fg": "red", "bold": True},
    Level.URGENT: {"fg": "yellow", "bold": True},
    Level.SOON: {"fg": "yellow"},
}


def as_object(turn: Turn, seconds: Mapping[str, float], near: Near) -> dict[str, Any]:
    """The fields that ``--json`` promises."""
    heard, reply = turn.understanding, turn.reply
    match = heard.match
    fields: dict[str, Any] = {
        "file": encodable(turn.source),
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


def show(turn: Turn, near: Near, content: Content) -> None:
    """What was heard, what it was taken for, the answer and the advice."""
    heard, reply = turn.understanding, turn.reply
    _line(printable(turn.source), bold=True)
    _line(f'  Heard      "{heard.transcript.text}"')
    for flag in heard.red_flags:
        _line(f"  Red flag   {flag.id} ({flag.level.id}): {flag.evidence}", **COLOURS.get(flag.level, {}))
    if reply.entry and heard.match:
        _line(f"  Taken for  {content.entries[reply.entry].question} ({heard.match.score:.0%})")
    for phrase, entry, score in near:
        _line(f"  {score:9.0%}  {phrase} [{entry}]", dim=True)
    _line("")
    for sentence in reply.sentences:
        _line(f"  {sentence}", **COLOURS.get(reply.level, {}))
    _line("")


def _line(text: str, **style: Any) -> None:
    plain = "NO_COLOR" in os.environ or not (style and text)
    click.echo(text if plain else click.style(text, **style))
