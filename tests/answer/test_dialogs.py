"""The conversations of ``tests/dialogs``: the level each reaches, and that all questions and ends are covered.

The published studies of symptom checkers use 45 such cases (Semigran 2015). ``pytest -s -k table`` prints ours.
"""

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest
from talk import Talk

from voice_skill.content import shipped_content
from voice_skill.messages import Level

FOLDER = Path(__file__).parent.parent / "dialogs"
MOST_TURNS = 25
MOST_ABOVE = 0.1
"""Share of the cases that may reach more than they should."""


@dataclass
class Dialog:
    """One conversation, as it is written."""

    expect: Level
    persona: str
    place: str = "unknown"
    opening: list[str] = field(default_factory=lambda: ["check my symptoms"])
    answers: dict[str, str | list[str]] = field(default_factory=dict)
    otherwise: str = "no"
    ended_at: str | None = None
    asks: list[str] = field(default_factory=list)
    never: list[str] = field(default_factory=list)


@dataclass
class Held:
    """A dialog as it went."""

    dialog: Dialog
    talk: Talk

    @property
    def asked(self) -> list[str]:
        return [reply.expects for reply in self.talk.replies if reply.expects]

    @property
    def level(self) -> Level | None:
        return self.talk.replies[-1].level


def dialogs() -> list[Dialog]:
    found = []
    for level in Level:
        table = tomllib.loads((FOLDER / f"{level.id}.toml").read_text(encoding="utf-8"))
        found += [Dialog(level, **dialog) for dialog in table["dialog"]]
    return found


DIALOGS = dialogs()
by_persona = pytest.mark.parametrize("dialog", DIALOGS, ids=lambda dialog: dialog.persona)


def held(dialog: Dialog) -> Held:
    return _held(DIALOGS.index(dialog))


@cache
def _held(number: int) -> Held:
    dialog = DIALOGS[number]
    talk = Talk(dialog.place)
    for line in dialog.opening:
        reply = talk.say(line)
    left = {asks: [given] if isinstance(given, str) else list(given) for asks, given in dialog.answers.items()}
    while reply.expects and len(talk.replies) <= MOST_TURNS:
        given = left.get(reply.expects, [dialog.otherwise])
        reply = talk.say(given.pop(0) if len(given) > 1 else given[0])
    return Held(dialog, talk)


@by_persona
def test_a_dialog_reaches_its_level(dialog: Dialog) -> None:
    assert held(dialog).level is dialog.expect


@by_persona
def test_a_dialog_asks_what_it_should(dialog: Dialog) -> None:
    asked = held(dialog).asked
    assert len(held(dialog).talk.replies) <= MOST_TURNS
    assert set(dialog.asks) <= set(asked)
    assert set(dialog.never).isdisjoint(asked)
    if dialog.ended_at:
        assert asked[-1] == dialog.ended_at


@by_persona
def test_the_end_names_the_number_and_says_that_nobody_was_called(dialog: Dialog) -> None:
    talk = held(dialog).talk
    end = talk.replies[-1].text
    number = (
        shipped_content().places[dialog.place if dialog.place != "unknown" else "unknown"].words["emergency_number"]
    )
    assert number in " ".join(reply.text for reply in talk.replies)
    if talk.state.progress and talk.state.progress.over:
        assert number in end or dialog.ended_at in ("who", "describe")
        assert "can't call" in " ".join([end, talk.say("").text])


def test_there_are_enough_and_every_question_is_asked() -> None:
    assert len(DIALOGS) >= 45
    asked = {question for dialog in DIALOGS for question in held(dialog).asked}
    assert asked >= set(shipped_content().triage.questions)


def test_the_table_of_cases(capsys: pytest.CaptureFixture[str]) -> None:
    reached = [(dialog, held(dialog).level) for dialog in DIALOGS]
    print(f"\n{'expected':10} {'reached':10} {'asked':>5}  case")
    for dialog, level in reached:
        print(f"{dialog.expect.id:10} {level.id if level else '-':10} {len(held(dialog).asked):5}  {dialog.persona}")
    below = [dialog.persona for dialog, level in reached if level is None or level < dialog.expect]
    above = [dialog.persona for dialog, level in reached if level is not None and level > dialog.expect]
    print(f"{len(reached)} cases, {len(below)} below their level, {len(above)} above")
    assert below == []
    assert len(above) <= MOST_ABOVE * len(reached)


def transcripts() -> list[list[str]]:
    """The conversations shown in the README, a line each."""
    readme = (FOLDER.parent.parent / "README.md").read_text(encoding="utf-8")
    return [block.splitlines() for block in re.findall(r"```\n(\$ voice-skill chat --place .*?)```", readme, re.DOTALL)]


@pytest.mark.parametrize("lines", transcripts(), ids=lambda lines: lines[0])
def test_the_readme_shows_what_is_said(lines: list[str]) -> None:
    talk = Talk(lines[0].split()[-1])
    said = [*talk.greet().sentences]
    for line in lines:
        if not line.startswith(">"):
            continue
        reply = talk.say(line[1:].strip())
        said += [line.strip(), *reply.sentences]
        while reply.goes_on:
            reply = talk.say("")
            said += reply.sentences
    assert [line.strip() for line in lines[1:] if line.strip()] == said


def test_the_readme_shows_a_talk_about_questions_and_one_with_the_safety_questions() -> None:
    assert len(transcripts()) == 2
