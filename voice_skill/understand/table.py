"""Texts to numbers in a tenth of the memory of a dict, for thousands of which few are ever looked up."""

from array import array
from collections.abc import Iterator, Mapping
from zlib import crc32

ROOM = 2
"""Places for each text: with half of them free, most texts are found at the first look."""


class Table:
    """An unchanging dict of texts to small numbers, 0 to 65,535."""

    __slots__ = ("_ends", "_mask", "_numbers", "_places", "_text")

    def __init__(self, numbers: Mapping[str, int]) -> None:
        """No text may hold a line break."""
        texts = [text.encode() for text in numbers]
        self._text = b"\n".join([*texts, b""])
        self._numbers = array("H", numbers.values())
        self._ends = array("I", [0])
        self._mask = (1 << (ROOM * len(texts)).bit_length()) - 1
        self._places = array("H" if len(texts) < 1 << 16 else "I", [0]) * (self._mask + 1)
        for at, text in enumerate(texts):
            self._ends.append(self._ends[-1] + len(text) + 1)
            place = crc32(text) & self._mask
            while self._places[place]:
                place = (place + 1) & self._mask
            self._places[place] = at + 1

    def get(self, text: str) -> int | None:
        """The number of ``text``, or ``None``."""
        said = text.encode()
        place = crc32(said) & self._mask
        while at := self._places[place]:
            if self._text[self._ends[at - 1] : self._ends[at] - 1] == said:
                return self._numbers[at - 1]
            place = (place + 1) & self._mask
        return None

    def __iter__(self) -> Iterator[str]:
        return iter(self._text.decode().split("\n")[:-1])
