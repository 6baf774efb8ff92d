"""``responses/places.toml``: emergency and advice numbers, and the words of each place."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from voice_skill.content.reading import Reader
from voice_skill.messages import Level

UNKNOWN = "unknown"
"""Code of the place that names no number."""

SLOTS = {
    "emergency_number": "text",
    "advice": "text",
    "doctor": "text",
    "emergency_department": "text",
    "paracetamol": "text",
    "poison_line": "text",
    "crisis_line": "text",
}
OPTIONAL = {"number": "text", "also": "texts", "between_blades_level": "text"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where the person is, as far as words and numbers go."""

    code: str
    """ISO 3166 code, ``EU`` or ``unknown``."""
    words: Mapping[str, str] = field(default_factory=dict)
    """What each slot of a sentence becomes, a key of ``SLOTS``."""
    number: str | None = None
    """The emergency number in digits, for programs."""
    between_blades: Level | None = None
    """How soon pain at the top of the back between the shoulders should be seen, where the place has a rule."""


def read(reader: Reader) -> Mapping[str, Place]:
    """Places by code; one that has several codes stands under each."""
    path = reader.folder / "places.toml"
    table = reader.parse(path) or {}
    places = {}
    for code, keys in table.items():
        if not isinstance(keys, dict) or not reader.check(path, keys, SLOTS, OPTIONAL):
            continue
        rule = keys.get("between_blades_level")
        place = Place(
            code=code,
            words={slot: keys[slot] for slot in SLOTS},
            number=keys.get("number"),
            between_blades=Level.from_id(rule) if rule else None,
        )
        places |= dict.fromkeys([code, *keys.get("also", ())], place)
    if UNKNOWN not in places and not reader.faults:
        reader.blame(path, "the table [unknown] is missing: it is used when no place is set")
    return places


def place_for(places: Mapping[str, Place], code: str) -> Place:
    """The place named ``code``, or the unknown one."""
    return places.get(code) or places[UNKNOWN]


def fill(sentence: str, words: Mapping[str, str]) -> str:
    """``sentence`` with its slots filled; a slot that has no word stays, for the content check to find."""
    filled = re.sub(r"\{(\w+)\}", lambda slot: words.get(slot[1], slot[0]), sentence)
    return filled[:1].upper() + filled[1:]
