"""``responses/places.toml``: emergency and advice numbers, and the words of each place."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from voice_skill.content.reading import Reader

UNKNOWN = "unknown"
"""Code of the place that names no number."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the person is, as far as words and numbers go."""

    code: str
    """ISO 3166 code, ``EU`` or ``unknown``."""
    words: Mapping[str, str] = field(default_factory=dict)
    """What each slot of a sentence becomes: ``emergency_number``, ``advice_line``, ``doctor`` ..."""


def read(reader: Reader) -> Mapping[str, Place]:
    """Places by code."""
    path = reader.folder / "places.toml"
    table = reader.parse(path)
    if table is None:
        return {}
    return {code: Place(code, dict(words)) for code, words in table.items()}
