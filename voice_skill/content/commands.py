"""``responses/commands.toml``: how people say yes, no, repeat, stop. Read by the skill, never spoken."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from voice_skill.content.reading import Reader

FILE = "commands.toml"
FREE = ("commands", "asked")
"""Tables whose keys are the names of commands."""
FIXED: Mapping[str, tuple[str, ...]] = {
    "anywhere": ("check_symptoms", "getting_help"),
    "answers": ("yes", "yes_alone", "yes_offer", "yes_hedged", "no", "no_alone", "unsure", "unsure_alone", "mixed"),
    "telling": (
        "turning",
        "halving",
        "denying",
        "stating",
        "correcting",
        "retracting",
        "unfit",
        "naming",
        "asserting",
        "trouble",
        "topic",
        "unable",
        "asking",
        "empty",
        "bare",
        "stands",
        "pronouns",
        "linking",
        "saying",
        "fresh",
        "well",
        "alone",
        "around",
    ),
    "who": ("self", "young", "child", "grown", "other"),
}
"""Tables whose keys the code knows."""
KINDS = {"polite": "texts", "meaning": "texts", "same": "table", **dict.fromkeys((*FREE, *FIXED), "table")}
GROUP = re.compile(r"\[([^][()]*)\]|\(([^][()]*)\)")
"""An innermost ``[may be left out]`` or ``(one|of these)``."""


@dataclass(frozen=True, slots=True)
class Ways:
    """Every way to say something. Written out only while they are gone through: there are thousands."""

    templates: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[str]:
        return (text for template in self.templates for text in expand(template))


Wordings = Mapping[str, Ways]
"""Every way to say something, by what it says."""


@dataclass(frozen=True, slots=True)
class Commands:
    """Ways to steer the talk."""

    polite: Ways = Ways()
    """Words that say nothing at either end of an utterance."""
    meaning: Ways = Ways()
    """What stands before a medical word to ask what it means."""
    same: Mapping[str, str] = field(default_factory=dict)
    """Spellings, and the one they stand for."""
    commands: Wordings = field(default_factory=dict)
    """Whole utterances, at any time."""
    asked: Wordings = field(default_factory=dict)
    """Whole utterances, while a question is open."""
    anywhere: Wordings = field(default_factory=dict)
    """Parts of utterances."""
    answers: Wordings = field(default_factory=dict)
    """``yes``, ``no``, ``unsure`` open an utterance; ``mixed`` and the rest are the whole of it."""
    telling: Wordings = field(default_factory=dict)
    """Single words that turn, deny, state, name trouble, ask."""
    who: Wordings = field(default_factory=dict)
    """Words that say whose body it is."""


def read(reader: Reader) -> Commands:
    """The wordings; none when the file has a fault."""
    path = reader.folder / FILE
    table = reader.table(path, KINDS)
    if table is None or not _sound(reader, path, table):
        return Commands()
    written = {name: {key: Ways(tuple(texts)) for key, texts in table[name].items()} for name in (*FREE, *FIXED)}
    polite, meaning = (Ways(tuple(table[name])) for name in ("polite", "meaning"))
    return Commands(polite=polite, meaning=meaning, same=table["same"], **written)


def expand(template: str) -> Iterator[str]:
    """Every wording of a template: ``say (that|it) [again|once more]`` has six."""
    group = GROUP.search(template)
    if group is None:
        yield " ".join(template.split())
        return
    optional, choice = group.groups()
    for part in ["", *optional.split("|")] if choice is None else choice.split("|"):
        yield from expand(template[: group.start()] + part + template[group.end() :])


def _sound(reader: Reader, path: Path, table: dict[str, Any]) -> bool:
    """Whether each table has the keys it should, all with texts whose brackets close."""
    kinds = {name: dict.fromkeys(table[name], "texts") for name in FREE}
    kinds |= {name: dict.fromkeys(keys, "texts") for name, keys in FIXED.items()}
    kinds["same"] = dict.fromkeys(table["same"], "text")
    faults = len(reader.faults)
    for name, keys in kinds.items():
        reader.check(path, table[name], keys, {}, name)
    if len(reader.faults) > faults:
        return False
    for name in (*FREE, *FIXED):
        for texts in table[name].values():
            for text in filter(_unclosed, texts):
                reader.blame(path, f"a bracket is not closed in {text!r}", text)
    return len(reader.faults) == faults


def _unclosed(template: str) -> bool:
    while GROUP.search(template):
        template = GROUP.sub("", template)
    return any(mark in template for mark in "[]()|")
