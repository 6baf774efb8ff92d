"""``responses/red_flags/``: danger signs, one a file."""

from collections.abc import Mapping
from dataclasses import dataclass

from voice_skill.content.reading import Reader
from voice_skill.messages import Level


@dataclass(frozen=True, slots=True)
class Flag:
    """One danger sign."""

    id: str
    level: Level


def read(reader: Reader) -> Mapping[str, Flag]:
    """Danger signs by file name."""
    return {}
