"""Any text to short pieces that the voice can say: nothing in it can harm the engine or make it wait for ever."""

import re
import unicodedata

from voice_skill.errors import SynthesisError

LONGEST = 300
"""Characters the engine is given at a time; a sentence that is easy to listen to has half as many."""

BREAKS = (r"(?<=[.!?…。！？])\s+", r"(?<=[,;:–—])\s+", r"\s+")
"""Where a long text may be cut, the best place first."""


def pieces(text: str) -> list[str]:
    """``text`` in pieces of at most ``LONGEST`` characters, cut between sentences where that can be.

    ``SynthesisError`` when it holds nothing that can be said.
    """
    clean = _clean(text)
    if not sayable(clean):
        raise SynthesisError(f"there is nothing to say in {text[:40]!r}")
    return _cut(clean, BREAKS)


def sayable(text: str) -> bool:
    """Whether anything in ``text`` has a sound."""
    # Words, digits and signs have names; a line of dots has none and would come back as silence.
    return any(unicodedata.category(mark)[0] in "LN" or mark in "%&+=@$€£°" for mark in text)


def _clean(text: str) -> str:
    """Without what has no sound: half characters, joiners, private signs; a space for every kind of space."""
    marks = []
    for mark in unicodedata.normalize("NFC", text):
        category = unicodedata.category(mark)
        if category == "Cc" or category[0] == "Z":
            marks.append(" ")
        elif category[0] != "C":
            marks.append(mark)
    return " ".join("".join(marks).split())


def _cut(text: str, breaks: tuple[str, ...]) -> list[str]:
    if len(text) <= LONGEST:
        return [text]
    if not breaks:
        return [text[at : at + LONGEST] for at in range(0, len(text), LONGEST)]
    found: list[str] = []
    for part in re.split(breaks[0], text):
        if found and len(found[-1]) + 1 + len(part) <= LONGEST:
            found[-1] += " " + part
        else:
            found += _cut(part, breaks[1:])
    return [part for part in found if part]
