"""``responses/places.toml``: emergency and advice numbers, and the words of each place."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from voice_skill.content.reading import Reader, Spoken
from voice_skill.messages import Level

FILE = "places.toml"

UNKNOWN = "unknown"
"""Code of the place that names no number. It has every word, and other places fall back on it."""

SLOTS = {
    "emergency_number": "text",
    "advice": "text",
    "doctor": "text",
    "emergency_department": "text",
    "paracetamol": "text",
    "physiotherapy": "text",
    "physiotherapist": "text",
    "poison_line": "text",
    "crisis_line": "text",
}
OWN = {"number": "text", "emergency_number": "text", "advice": "text"}
"""What each place sets itself: a number must never be somebody else's."""
OPTIONAL = {"also": "texts", "between_blades_level": "text"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where the person is, as far as words and numbers go."""

    code: str
    """ISO 3166 code, ``EU`` or ``unknown``."""
    words: Mapping[str, str] = field(default_factory=dict)
    """What each slot of a sentence becomes, a key of ``SLOTS``."""
    number: str | None = None
    """The emergency number in digits, for programs; ``None`` where it is not known."""
    between_blades: Level | None = None
    """How soon pain at the top of the back between the shoulders should be seen, where the place has a rule."""


def read(reader: Reader) -> Mapping[str, Place]:
    """Places by code; one that has several codes stands under each."""
    path = reader.folder / FILE
    tables = reader.parse(path)
    if tables is None:
        return {UNKNOWN: Place(UNKNOWN)}
    places: dict[str, Place] = {}
    if UNKNOWN not in tables:
        reader.blame(path, f"the table [{UNKNOWN}] is missing: it is used when no place is set")
        return {UNKNOWN: Place(UNKNOWN)}
    unknown = _words(reader, UNKNOWN, tables.pop(UNKNOWN), SLOTS)
    places[UNKNOWN] = Place(UNKNOWN, unknown)
    for code, table in tables.items():
        words = _words(reader, code, table, OWN, SLOTS | OPTIONAL)
        place = Place(
            code=code,
            words=unknown | {slot: words[slot] for slot in SLOTS if slot in words},
            number=words.get("number"),
            between_blades=_level(reader, code, words.get("between_blades_level")),
        )
        for name in (code, *words.get("also", ())):
            if name in places:
                reader.blame(path, f"{name} is already a code of {places[name].code}", code, name)
            if name != name.upper():
                reader.blame(path, f"{name} must be in capital letters", code, name)
            places[name] = place
    return places


def _words(
    reader: Reader, code: str, table: object, required: Mapping[str, str], optional: Mapping[str, str] | None = None
) -> dict[str, Any]:
    path = reader.folder / FILE
    if not isinstance(table, dict):
        reader.blame(path, f"{code} must be a table: a line [{code}] with its words below", code)
        table = {}
    return reader.checked(path, table, required, optional, code)


def _level(reader: Reader, code: str, name: str | None) -> Level | None:
    if name is None:
        return None
    try:
        return Level.from_id(name)
    except KeyError:
        ids = ", ".join(level.id for level in Level)
        reader.blame(reader.folder / FILE, f"between_blades_level must be one of {ids}", code, "between_blades_level")
        return None


def spoken(places: Mapping[str, Place]) -> Iterator[Spoken]:
    """The words of each place."""
    for place in {place.code: place for place in places.values()}.values():
        for slot, words in place.words.items():
            yield Spoken(FILE, (place.code, slot), (words,), medicine=slot == "paracetamol", whole=False)


def place_for(places: Mapping[str, Place], code: str) -> Place:
    """The place with this code, in small or capital letters, or the unknown one."""
    return places.get(code.strip().upper()) or places[UNKNOWN]


def fill(sentence: str, words: Mapping[str, str]) -> str:
    """``sentence`` with its slots filled; a slot that has no word stays, for the content check to find."""
    filled = re.sub(r"\{(\w+)\}", lambda slot: words.get(slot[1], slot[0]), sentence)
    return filled[:1].upper() + filled[1:]
