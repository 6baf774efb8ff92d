"""What people may say, by the content: sentences that the language model learns from."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from voice_skill.content import Content, heard, read

OFTEN = 3
"""Lines in which an uncommon word must stand before it is worth hearing."""

Sentence = tuple[str, ...]


def content_of(responses: Path) -> Content:
    """The content, as far as it can be read; ``ValueError`` lists what cannot."""
    content, faults = read(responses)
    if faults:
        raise ValueError("\n".join(map(str, faults)))
    return content


def weighted(content: Content) -> Iterator[tuple[Sentence, float]]:
    """Every sentence, with its weight; a sign that is no sentence gives its words alone, with no weight."""
    for source in heard.sources(content):
        words = tuple(heard.WORD.findall(source.text))
        if source.weight:
            yield words, source.weight
        else:
            yield from (((word,), 0.0) for word in words)


def told(folder: Path, common: Collection[str]) -> Iterator[tuple[Sentence, float]]:
    """The lines that the second reader of danger signs learns from.

    A line is left out when a word of it is neither ``common`` nor in ``OFTEN`` lines: rare dialect words would be heard
    in the place of common ones that sound alike.
    """
    texts = [path.read_text(encoding="utf-8").lower() for path in sorted(folder.rglob("*.txt"))]
    lines = [heard.WORD.findall(line.partition("|")[0]) for text in texts for line in text.splitlines()]
    often = Counter(word for words in lines for word in set(words))
    for words in lines:
        if all(word in common or often[word] >= OFTEN for word in words):
            yield tuple(words), 1.0


def vocabulary(sentences: Iterable[tuple[Sentence, float]]) -> set[str]:
    """Every word of ``sentences``."""
    return {word for words, _ in sentences for word in words}
