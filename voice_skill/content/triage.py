"""``responses/triage.toml``: the safety questions, their rewordings and results."""

from dataclasses import dataclass

from voice_skill.content.reading import Reader


@dataclass(frozen=True, slots=True)
class Triage:
    """The safety questions."""


def read(reader: Reader) -> Triage:
    """The triage."""
    return Triage()
