"""Reads danger signs in what is said, for the tests of this folder."""

import csv
from collections.abc import Iterable
from pathlib import Path

from voice_skill.content import shipped_content
from voice_skill.messages import Level, RedFlag
from voice_skill.understand.safety import Assessment, Safety

SAFETY = Safety(shipped_content())
UTTERANCES = Path(__file__).parents[1] / "utterances"
EXAMS = sorted(path.name for path in UTTERANCES.glob("danger_exam*_held_out.tsv"))


def rows(name: str) -> list[dict[str, str]]:
    """The lines of a file of ``tests/utterances``."""
    with (UTTERANCES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def assess(text: str) -> Assessment:
    return SAFETY.assess((text,))


def is_emergency(text: str) -> bool:
    """Whether an emergency is reported."""
    return _is_among(assess(text).red_flags)


def is_suspected(text: str) -> bool:
    """Whether an emergency is reported, or it is asked whether it was said."""
    found = assess(text)
    return _is_among((*found.red_flags, *found.suspected))


def is_grave(text: str) -> bool:
    """The same, or it is asked whether what was spoken of in general is happening."""
    return is_suspected(text) or _is_among(assess(text).asked_about)


def _is_among(flags: Iterable[RedFlag]) -> bool:
    return any(flag.level is Level.EMERGENCY for flag in flags)
