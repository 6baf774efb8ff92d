"""Text to plain words: lower case, contractions written out, with the marks that stood between them."""

import re
from collections.abc import Mapping
from functools import lru_cache

PIECE = re.compile(r"[a-z0-9]+(?:'[a-z]+)*'?|[.,;:!?…–—()\n]| - ")
APOSTROPHES = str.maketrans("‘’´`", "''''")
"""What phones and keyboards write instead of one."""

LONGEST = 400
"""Words that are read: two minutes of quick speech. What is longer is read from its end as well."""

NEGATED = "did|do|does|has|have|had|is|was|are|were|would|could|should|need|must|might"  # dont, and Scottish dinnae
NOT = re.compile(rf"({NEGATED})(?:nt|n't|nae|na|ny)$")
ENDINGS = {"m": "am", "ve": "have", "re": "are", "ll": "will", "d": "had"}
IS = frozenset(
    "it that there here he she what who where how this everything something nothing one other pain ache chest "
    "breathing breath face back arm leg hand foot jaw throat heart neck head speech bladder bum bottom belly "
    "tummy stomach grip balance vision sight mouth skin calf side numbness pressure tightness bowel groin poo wee "
    "pee poop stool water mind life temperature fever cough spit phlegm sick vomit blood smile eye tongue voice".split()
)
"""Words after which ``'s`` is "is": after a person it may be "his"."""
HAVING = frozenset("have has had having got get gets getting be been".split())
DENYING = frozenset("do does did have has had is are was were am".split())
"""Before "not"; "can not get the feeling back" is something else."""
AMOUNTS = frozenset("any much the enough".split())
LACKED = frozenset("feeling sensation strength power control movement grip balance coordination breath air".split())
"""What one is ill without: "I do not have any feeling in my legs" means "I have no feeling in my legs"."""


class PlainWords:
    """Reads texts with the spellings of ``spelling``: one word each, and what is meant."""

    def __init__(self, spelling: Mapping[str, str]) -> None:
        self._spelling = {word: tuple(meant.split()) for word, meant in spelling.items()}

    def of(self, text: str) -> tuple[list[str], list[str]]:
        """The words of ``text``, and for each the mark before it: ``""``, ``","`` or another."""
        words: list[str] = []
        marks: list[str] = []
        mark = ""
        for piece in PIECE.findall(text.lower().translate(APOSTROPHES)):
            if piece[0].isalnum():
                meant = self._spelling.get(piece) or _written_out(piece)
                words += meant
                marks += [mark, *[""] * (len(meant) - 1)]
                mark = ""
            elif mark in ("", ","):
                mark = piece.strip() or "."
        _say_no(words, marks)
        if len(words) > LONGEST:
            half = LONGEST // 2
            return words[:half] + words[-half:], marks[:half] + marks[-half:]
        return words, marks

    def text(self, text: str) -> str:
        """The words of ``text`` in a line."""
        return " ".join(self.of(text)[0])


@lru_cache(maxsize=8192)
def _written_out(word: str) -> tuple[str, ...]:
    found = NOT.search(word)
    if found and found.start() == 0:
        return (found[1], "not")
    if word.endswith("n't"):
        return (word[:-3], "not")
    base, mark, ending = word.partition("'")
    if ending in ENDINGS:
        return (base, ENDINGS[ending])
    if mark and ending == "s":
        return (base, "is") if base in IS else (base,)
    return (f"{base}g",) if mark and base.endswith("in") else (base + ending,)


def _say_no(words: list[str], marks: list[str]) -> None:
    """Make "not have any feeling" of ``words`` into "have no feeling", and keep ``marks`` beside them."""
    for at in [at for at in range(len(words) - 1, -1, -1) if words[at] == "not"]:
        having = _run(words, at + 1, HAVING, 2)
        what = _run(words, having, AMOUNTS, 1)
        whole = what > at + 1 and not any(marks[at + 1 : what + 1]) and at > 0 and words[at - 1] in DENYING
        if whole and words[what : what + 1] and words[what] in LACKED and words[what + 1 : what + 2] != ["that"]:
            words[at:what] = [*words[at + 1 : having], "no"]
            marks[at:what] = [marks[at], *[""] * (having - at - 1)]


def _run(words: list[str], at: int, known: frozenset[str], most: int) -> int:
    """Where a run of at most ``most`` words of ``known`` that begins at ``at`` ends."""
    end = at
    while end < min(len(words), at + most) and words[end] in known:
        end += 1
    return end
