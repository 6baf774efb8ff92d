"""``responses/words/``: which wordings mean the same."""

from dataclasses import dataclass

from voice_skill.content.reading import Reader


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words folded into concepts."""


def read(reader: Reader) -> Lexicon:
    """The lexicon."""
    return Lexicon()
