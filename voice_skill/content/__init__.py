"""The checked content of ``responses/``: what may be said, and the words that lead to it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from voice_skill.content import commands, faq, glossary, lexicon, listening, phrases, places, red_flags, triage
from voice_skill.content.reading import Fault, Reader, Spoken
from voice_skill.errors import ContentError
from voice_skill.paths import shipped

__all__ = ["Content", "Fault", "Reader", "load", "read", "shipped_content", "spoken"]


@dataclass(frozen=True)
class Content:
    """Everything under ``responses/``, by id."""

    entries: Mapping[str, faq.Entry]
    """``faq/``, one entry a file."""
    flags: Mapping[str, red_flags.Flag]
    """``red_flags/``, one danger sign a file."""
    reading: red_flags.Reading
    """``reading.toml``: how what people say is read for danger signs."""
    phrases: Mapping[str, tuple[str, ...]]
    """``phrases.toml``: every other thing that is said, a list of sentences each."""
    places: Mapping[str, places.Place]
    """``places.toml``, by code; ``places.UNKNOWN`` names no number."""
    lexicon: lexicon.Lexicon
    """``words/``: which wordings mean the same."""
    triage: triage.Triage
    """``triage.toml``: the safety questions."""
    commands: commands.Commands
    """``commands.toml``: how people say yes, no, repeat, stop."""
    glossary: Mapping[str, glossary.Term]
    """``glossary.toml``: medical words in plain ones."""
    listening: listening.Listening
    """``listening.toml``: words for talking hands-free."""


def read(folder: Path) -> tuple[Content, list[Fault]]:
    """The content of ``folder`` as far as it can be read, and every fault found on the way."""
    reader = Reader(folder)
    content = Content(
        entries=faq.read(reader),
        flags=red_flags.read(reader),
        reading=red_flags.read_reading(reader),
        phrases=phrases.read(reader),
        places=places.read(reader),
        lexicon=lexicon.read(reader),
        triage=triage.read(reader),
        commands=commands.read(reader),
        glossary=glossary.read(reader),
        listening=listening.read(reader),
    )
    return content, sorted(reader.faults)


def load(folder: Path) -> Content:
    """The content of ``folder``; ``ContentError`` lists all faults, one a line, when there are any."""
    content, faults = read(folder)
    if faults:
        raise ContentError("\n".join(map(str, faults)))
    return content


def spoken(content: Content) -> Iterator[Spoken]:
    """Every sentence of ``content`` that can be said, with its file."""
    yield from faq.spoken(content.entries)
    yield from red_flags.spoken(content.flags)
    yield from phrases.spoken(content.phrases)
    yield from triage.spoken(content.triage)
    yield from glossary.spoken(content.glossary)
    yield from listening.spoken(content.listening)
    yield from places.spoken(content.places)


@cache
def shipped_content() -> Content:
    """The content that comes with the skill, read once."""
    return load(shipped("responses"))
