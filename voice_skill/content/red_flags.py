"""``responses/red_flags/`` and ``reading.toml``: danger signs, one a file, and how what people say is read for them."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from voice_skill.content.reading import Reader, Spoken
from voice_skill.messages import Level

KEYS = {
    "name": "text",
    "level": "text",
    "advice": "texts",
    "signs": "texts",
    "source": "text",
    "reviewed": "date",
}
OPTIONAL = {
    "always": "flag",
    "emergency_advice": "texts",
    "hints": "texts",
    "lasting": "texts",
    "level_GB": "text",
    "needs": "text",
    "persistent": "flag",
    "raised_by": "texts",
    "unless": "texts",
}
LISTS = (
    "negations",
    "no_denial",
    "not_quite",
    "denied_after",
    "answered_no",
    "surely_general",
    "turns",
    "soft_turns",
    "distance",
    "live",
    "again",
    "others",
    "history",
    "once",
    "over",
    "well",
    "taken_back",
    "exceptions",
    "present",
    "their_trouble",
    "children",
    "animals",
    "owners",
    "self_words",
    "likened",
    "general",
    "general_start",
    "fillers",
    "conditional",
)
READING_KEYS = dict.fromkeys((*LISTS, "idioms"), "texts") | dict.fromkeys(("spelling", "misheard", "perhaps"), "table")
WORDS = "red_flags/words"


@dataclass(frozen=True, slots=True)
class Flag:
    """One danger sign."""

    id: str
    level: Level
    name: str
    """Fits after "Did you say"."""
    advice: tuple[str, ...]
    """The reply of its own, at ``level``."""
    emergency_advice: tuple[str, ...]
    """The reply when other signs make it an emergency."""
    signs: tuple[str, ...]
    """Ways it is said, in the notation of ``responses/red_flags/README.md``."""
    lasting: tuple[str, ...]
    """Ways that count in the past too."""
    hints: tuple[str, ...]
    """Ways that are only worth a question."""
    unless: tuple[str, ...]
    """Look-alikes: where one of these is said, the flag is not."""
    raised_by: tuple[str, ...]
    """Flags that make this one an emergency."""
    needs: str | None
    """A set of words in ``reading.toml``, one of which must be said as well."""
    always: bool
    """Counts even when it is only asked about."""
    persistent: bool
    """Counts in the past too."""
    levels_by_place: Mapping[str, Level]
    source: str
    reviewed: datetime.date


@dataclass(frozen=True, slots=True)
class Reading:
    """How what people say is read, as ``reading.toml`` explains it."""

    lists: Mapping[str, tuple[str, ...]]
    """Sets of words by name, those of ``LISTS``."""
    idioms: tuple[str, ...]
    spelling: Mapping[str, str]
    """Short and dialect forms, written out."""
    misheard: Mapping[str, str]
    """What recognition makes of danger words, for certain."""
    perhaps: Mapping[str, str]
    """Words that may have been danger words: to be asked about."""
    words: Mapping[str, tuple[str, ...]]
    """The sets of ``red_flags/words/``."""


def read(reader: Reader) -> Mapping[str, Flag]:
    """Danger signs by file name."""
    flags = {}
    for path in sorted((reader.folder / "red_flags").glob("*.toml")):
        table = reader.table(path, KEYS, OPTIONAL)
        if table is None:
            continue
        try:
            flags[path.stem] = _flag(path.stem, table)
        except KeyError as error:
            reader.blame(path, f"{error} is no level: use one of {', '.join(level.id for level in Level)}", "level")
    if not flags:
        reader.blame_folder("red_flags", "no danger sign could be read")
    return flags


def file(flag: str) -> str:
    """Where the danger sign is written, below ``responses/``."""
    return f"red_flags/{flag}.toml"


def spoken(flags: Mapping[str, Flag]) -> Iterator[Spoken]:
    """What is said of each danger sign."""
    for name, flag in flags.items():
        yield Spoken(file(name), ("name",), (flag.name,), whole=False)
        yield Spoken(file(name), ("advice",), flag.advice)
        if flag.emergency_advice != flag.advice:
            yield Spoken(file(name), ("emergency_advice",), flag.emergency_advice)


def _flag(name: str, table: dict[str, Any]) -> Flag:
    by_place = {"GB": Level.from_id(table["level_GB"])} if "level_GB" in table else {}
    return Flag(
        id=name,
        level=Level.from_id(table["level"]),
        name=table["name"],
        advice=tuple(table["advice"]),
        emergency_advice=tuple(table.get("emergency_advice", table["advice"])),
        signs=tuple(table["signs"]),
        lasting=tuple(table.get("lasting", ())),
        hints=tuple(table.get("hints", ())),
        unless=tuple(table.get("unless", ())),
        raised_by=tuple(table.get("raised_by", ())),
        needs=table.get("needs"),
        always=table.get("always", False),
        persistent=table.get("persistent", False),
        levels_by_place=by_place,
        source=table["source"],
        reviewed=table["reviewed"],
    )


def read_reading(reader: Reader) -> Reading:
    """How to read what is said."""
    path = reader.folder / "reading.toml"
    table = reader.table(path, READING_KEYS)
    if table is None:
        return Reading({}, (), {}, {}, {}, {})
    return Reading(
        lists={name: tuple(table[name]) for name in LISTS},
        idioms=tuple(table["idioms"]),
        spelling=table["spelling"],
        misheard=table["misheard"],
        perhaps=table["perhaps"],
        words=_words(reader),
    )


def _words(reader: Reader) -> Mapping[str, tuple[str, ...]]:
    """The sets of words that signs may name, over all files."""
    words: dict[str, tuple[str, ...]] = {}
    for path in sorted((reader.folder / WORDS).glob("*.toml")):
        for name, wordings in (reader.parse(path) or {}).items():
            if not isinstance(wordings, list) or not all(isinstance(wording, str) for wording in wordings):
                reader.blame(path, f"{name} must be a list of quoted texts", name)
            elif name in words:
                reader.blame(path, f"the set {name!r} stands in another file too", name)
            else:
                words[name] = tuple(wordings)
    return words
