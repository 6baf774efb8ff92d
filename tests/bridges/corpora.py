"""The project's own labelled lines and recordings, and what the command line answers to them."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from voice_skill.bridges.skill import Skill
from voice_skill.messages import Reply

TESTS = Path(__file__).parent.parent
RECORDINGS = sorted((TESTS / "recordings").glob("*.wav"))


def lines() -> Iterator[str]:
    """Every typed wording but those that are kept aside, each once."""
    seen: set[str] = set()
    for path in sorted((TESTS / "utterances").glob("*.tsv")):
        if path.stem.endswith("_held_out"):
            continue
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                if row["text"] not in seen:
                    seen.add(row["text"])
                    yield row["text"]


@dataclass(frozen=True)
class Answer:
    """What must be the same wherever it is asked."""

    entry: str | None
    level: str | None
    text: str

    @classmethod
    def of(cls, reply: Reply) -> "Answer":
        return cls(reply.entry, reply.level.id if reply.level else None, reply.text)


@cache
def by_command_line(skill: Skill, text: str, session: bool) -> Answer:
    """As ``voice-skill ask --text``, with ``--session`` or without."""
    return Answer.of(skill.conversation(session).ask_text(text).reply)
