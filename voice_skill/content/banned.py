"""``responses/banned.toml``: words that no spoken sentence may hold. Read by the content check alone."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from voice_skill.content.reading import Reader

FILE = "banned.toml"
REQUIRED = {"why": "text", "words": "texts"}
OPTIONAL = {"allowed": "texts", "with_medicine_check": "flag"}


@dataclass(frozen=True, slots=True)
class Ban:
    """Words refused for one reason."""

    why: str
    words: tuple[str, ...]
    allowed: tuple[str, ...]
    """Turns of phrase that hold such a word and may stay."""
    with_medicine_check: bool
    """The words may stand where the medicine check is said with them."""

    def found(self, sentence: str) -> list[str]:
        """The refused words that ``sentence`` holds."""
        rest = any_of(self.allowed).sub(" ", sentence.replace("’", "'")) if self.allowed else sentence
        return [found.lower() for found in any_of(self.words).findall(rest.replace("’", "'"))]


def any_of(words: Iterable[str]) -> re.Pattern[str]:
    """Finds any of ``words`` as whole words, in small or capital letters."""
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first)) or '(?!)'})(?!\w)", re.IGNORECASE)


def read(reader: Reader) -> tuple[Ban, ...]:
    """Every ban."""
    path = reader.folder / FILE
    bans = []
    for name, table in (reader.parse(path) or {}).items():
        if not isinstance(table, dict):
            reader.blame(path, f"{name} must stand in a table: a line [reason], with why and words below", name)
            continue
        good = reader.checked(path, table, REQUIRED, OPTIONAL, name)
        allowed, medicine = good.get("allowed", ()), good.get("with_medicine_check", False)
        bans.append(Ban(good["why"], tuple(good["words"]), tuple(allowed), medicine))
    return tuple(bans)
