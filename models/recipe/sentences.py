"""What people may say, by the content: sentences that the language model learns from."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from voice_skill.content import Content, heard, read

WORD = re.compile(r"[a-z]+(?:'[a-z]+)*|'(?:cause|em)\b")

Sentence = tuple[str, ...]


def content_of(responses: Path) -> Content:
    """The content, as far as it can be read; ``ValueError`` lists what cannot."""
    content, faults = read(responses)
    if faults:
        raise ValueError("\n".join(map(str, faults)))
    return content


def weighted(content: Content) -> Iterator[tuple[Sentence, float]]:
    """Every sentence, with its weight."""
    for source in heard.sources(content):
        words = tuple(words_of(source.text))
        if words:
            yield words, source.weight


def words_of(text: str) -> list[str]:
    """The words of ``text`` as the recogniser spells them."""
    return WORD.findall(text.lower().replace("’", "'"))


def vocabulary(sentences: Iterable[tuple[Sentence, float]]) -> set[str]:
    """Every word of ``sentences``."""
    return {word for words, _ in sentences for word in words}
