"""``responses/listening.toml``: words for talking hands-free, said and listened for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from voice_skill.content.reading import Reader, Spoken

FILE = "listening.toml"
IDS = (
    "ready_wake",
    "ready_push",
    "ready_always",
    "keeping_audio",
    "about_keeping",
    "microphone_lost",
    "microphone_back",
    "trouble",
    "check_word",
    "check_good",
    "check_bad",
)
"""What is said. The file holds these and no others: one that is missing would be silence where words are due."""

SLOTS = {"ready_wake": frozenset({"wake"})}
"""Slots that the code fills, by id, besides those of ``places.toml``."""


@dataclass(frozen=True, slots=True)
class Listening:
    """Words of hands-free use."""

    unfinished: frozenset[str] = frozenset()
    """Ends of an utterance, in small letters, after which more is to come."""
    said: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Sentences by id."""


def read(reader: Reader) -> Listening:
    """The words; none when the file has a fault."""
    path = reader.folder / FILE
    table = reader.table(path, {"unfinished": "texts", "said": "table"})
    if table is None:
        return Listening()
    said = reader.checked(path, table["said"], dict.fromkeys(IDS, "texts"), None, "said")
    return Listening(frozenset(table["unfinished"]), {key: tuple(said[key]) for key in IDS})


def spoken(listening: Listening) -> Iterator[Spoken]:
    """What is said under each id."""
    for key, sentences in listening.said.items():
        yield Spoken(FILE, ("said", key), sentences, SLOTS.get(key, frozenset()))
