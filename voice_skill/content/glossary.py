"""``responses/glossary.toml``: the medical words that the skill uses, in plain ones."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from voice_skill.content.reading import Reader, Spoken

FILE = "glossary.toml"
KEYS = {"words": "texts", "meaning": "texts"}


@dataclass(frozen=True, slots=True)
class Term:
    """One medical word."""

    words: tuple[str, ...]
    """Ways to say it, in small letters."""
    meaning: tuple[str, ...]
    medicine: bool = False
    """It is about a medicine, so the medicine check is said with it."""


def read(reader: Reader) -> Mapping[str, Term]:
    """Terms by id."""
    path = reader.folder / FILE
    terms = {}
    for name, keys in (reader.parse(path) or {}).items():
        if not isinstance(keys, dict):
            reader.blame(path, f"{name} must be a table: a line [{name}] with words and meaning below", name)
            continue
        table = reader.checked(path, keys, KEYS, {"medicine": "flag"}, name)
        terms[name] = Term(tuple(table["words"]), tuple(table["meaning"]), table.get("medicine", False))
    return terms


def spoken(terms: Mapping[str, Term]) -> Iterator[Spoken]:
    """Every meaning."""
    for name, term in terms.items():
        yield Spoken(FILE, (name, "meaning"), term.meaning, medicine=term.medicine)
