"""Voices that nothing was tuned on: other speakers, speeds and pitches than those of the shipped recordings."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from voice_skill.assistant import Assistant
from voice_skill.content import shipped_content
from voice_skill.hear.hearing import Hearing
from voice_skill.hear.models import find_model
from voice_skill.messages import Level

RECORDINGS = Path(__file__).parent.parent / "recordings"


@pytest.fixture(scope="module")
def assistant() -> Assistant:
    return Assistant(shipped_content(), Hearing(lambda: find_model("vosk-model-starter-en")))


@pytest.mark.parametrize(
    ("voice", "rate", "pitch"),
    [
        ("gmw/en-US+m2", 130, 50),
        ("gmw/en-US+f1", 180, 50),
        ("gmw/en+m4", 160, 35),
        ("gmw/en-GB-x-rp+f4", 150, 65),
        ("gmw/en+f5", 200, 70),
        ("gmw/en-US+m6", 120, 30),
    ],
)
def test_every_question_and_emergency_is_understood(
    tmp_path: Path, assistant: Assistant, voice: str, rate: int, pitch: int
) -> None:
    # In a process of its own: espeak-ng can be set up only once in each.
    command = [sys.executable, RECORDINGS / "make.py", tmp_path, voice, str(rate), str(pitch)]
    subprocess.run(command, check=True)
    wrong = []
    with (RECORDINGS / "recordings.tsv").open(encoding="utf-8", newline="") as table:
        rows = [row for row in csv.DictReader(table, delimiter="\t") if row["expect"] not in {"refuse", "nothing"}]
    assert len(rows) == 18
    for row in rows:
        assistant.start_over()
        (turn,) = assistant.ask_recording(tmp_path / row["file"], row["file"])
        if row["expect"] == "emergency":
            right = turn.reply.level is Level.EMERGENCY
        else:
            right = turn.reply.entry == row["expect"] and not turn.understanding.red_flags
        if not right:
            wrong.append((row["words"], turn.understanding.transcript.text, turn.reply.entry, turn.reply.level))
    assert wrong == []
