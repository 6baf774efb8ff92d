"""``responses/faq/``: the questions that are answered, one topic a file."""

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from voice_skill.content.reading import Fault, Reader, Spoken, lines_with
from voice_skill.messages import Level

KEYS = {
    "question": "text",
    "topic": "text",
    "phrases": "texts",
    "answer": "texts",
    "more": "texts",
    "see_doctor": "texts",
    "level": "text",
    "source": "text",
    "reviewed": "date",
}
OPTIONAL = {"medicine": "flag"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One question that is answered."""

    id: str
    question: str
    """As the seed asks it."""
    topic: str
    """The question in a few words that fit after "Did you mean"."""
    phrases: tuple[str, ...]
    """Ways to ask it."""
    answer: tuple[str, ...]
    more: tuple[str, ...]
    """Said on "tell me more"."""
    see_doctor: tuple[str, ...]
    """When to see a doctor, fitting this question."""
    level: Level
    source: str
    reviewed: datetime.date
    medicine: bool
    """Painkillers are named, so the medicine check is said with the answer."""


def read(reader: Reader) -> Mapping[str, Entry]:
    """Entries by file name, in the order of their names."""
    entries = {}
    for path in sorted((reader.folder / "faq").glob("*.toml")):
        table = reader.table(path, KEYS, OPTIONAL)
        if table is None:
            continue
        try:
            level = Level.from_id(table["level"] or Level.SELF_CARE.id)
        except KeyError:
            reader.blame(path, f"level must be one of {', '.join(level.id for level in Level)}", "level")
            level = Level.SELF_CARE
        entries[path.stem] = Entry(
            id=path.stem,
            question=table["question"],
            topic=table["topic"],
            phrases=tuple(table["phrases"]),
            answer=tuple(table["answer"]),
            more=tuple(table["more"]),
            see_doctor=tuple(table["see_doctor"]),
            level=level,
            source=table["source"],
            reviewed=table["reviewed"],
            medicine=table.get("medicine", False),
        )
    if not entries:
        reader.blame_folder("faq", "no entry could be read")
    _blame_repeats(reader, entries)
    return entries


def file(entry: str) -> str:
    """Where the entry is written, below ``responses/``."""
    return f"faq/{entry}.toml"


def _blame_repeats(reader: Reader, entries: Mapping[str, Entry]) -> None:
    """A wording stands once, in one entry; capitals and marks make no difference."""
    first: dict[str, tuple[str, str]] = {}
    for name, entry in entries.items():
        for place, phrase in enumerate(entry.phrases):
            plain = " ".join(re.findall(r"\w+", phrase.lower().replace("'", "")))
            if plain in first:
                other, same = first[plain]
                at = f"{file(other)}:{_line(reader, other, same, 0)}"
                line = _line(reader, name, phrase, entry.phrases[:place].count(phrase))
                reader.faults.append(Fault(file(name), line, f"the wording {phrase!r} is also at {at}"))
            first.setdefault(plain, (name, phrase))


def _line(reader: Reader, name: str, phrase: str, earlier: int) -> int:
    """Number of the line of ``phrase``, which stands there ``earlier`` times before."""
    lines = lines_with(reader.folder / file(name), f'"{phrase}"', "phrases") or [1]
    return lines[min(earlier, len(lines) - 1)]


def spoken(entries: Mapping[str, Entry]) -> Iterator[Spoken]:
    """What is said of each entry."""
    for name, entry in entries.items():
        yield Spoken(file(name), ("topic",), (entry.topic,), whole=False)
        for key in ("answer", "more", "see_doctor"):
            yield Spoken(file(name), (key,), getattr(entry, key), medicine=entry.medicine)
