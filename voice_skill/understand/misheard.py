"""What recognition makes of danger words, put right: some of it for certain, the rest to be asked about."""

from collections.abc import Iterable, Mapping, Sequence

from rapidfuzz import fuzz

from voice_skill.content.red_flags import Reading
from voice_skill.understand.concepts import Concepts
from voice_skill.understand.words import sound_of

SHORT_WORD = 4
"""Letters below which too many words sound alike."""
WRITTEN_LIKE = 50.0
"""Likeness of spelling, of 100, that a word must have with the danger word it sounds like ("keelt", "keeled": 73)."""


class Misheard:
    """Knows the confusions of ``reading`` and the sounds of danger words."""

    def __init__(self, reading: Reading, asked: Iterable[str], concepts: Concepts) -> None:
        self._certain: dict[str, list[tuple[list[str], list[str]]]] = {}
        for wrong, right in reading.misheard.items():
            heard = wrong.split()
            self._certain.setdefault(heard[0], []).append((heard, right.split()))
        self._perhaps: Mapping[str, str] = reading.perhaps
        # What people say when they ask is no odd word.
        self._asked = frozenset(asked)
        self._concepts = concepts
        self._sounds: dict[str, list[str]] = {}
        for word in reading.words["often_misheard"]:
            self._sounds.setdefault(sound_of((word,)), []).append(word)

    def mended(self, words: Sequence[str], marks: Sequence[str]) -> tuple[list[str], list[str]]:
        """``words`` and the marks before them, with certain confusions put right."""
        if not any(word in self._certain for word in words):
            return list(words), list(marks)
        right: list[str] = []
        before: list[str] = []
        at = 0
        while at < len(words):
            heard, meant = next(
                (pair for pair in self._certain.get(words[at], ()) if list(words[at : at + len(pair[0])]) == pair[0]),
                ([words[at]], [words[at]]),
            )
            right += meant
            before += [marks[at], *[""] * (len(meant) - 1)]
            at += len(heard)
        return right, before

    def by_sound(self, words: Sequence[str]) -> str | None:
        """``words`` with odd ones read as the danger words that they sound like; ``None`` when none is."""
        read: list[str] = []
        at = 0
        while at < len(words):
            pair = None
            if at + 1 < len(words) and len(words[at + 1]) < SHORT_WORD and not self._is_known(words[at]):
                pair = self._like("".join(words[at : at + 2]))
            read.append(pair or self._meant(words[at]))
            at += 2 if pair else 1
        return None if read == list(words) else " ".join(read)

    def is_likely(self, evidence: str, words: Sequence[str]) -> bool:
        """Whether ``evidence`` has one word that is often misheard so, and the others as they stood in ``words``."""
        said = set(words)
        new = [word for word in evidence.split() if word not in said]
        often = {word for heard in words for word in self._perhaps.get(heard, "").split()}
        return 1 <= len(new) <= 2 and len(new) < len(evidence.split()) and often.issuperset(new)

    def _meant(self, word: str) -> str:
        if word in self._perhaps:
            return self._perhaps[word]
        return word if self._is_known(word) else self._like(word) or word

    def _is_known(self, word: str) -> bool:
        return word in self._asked or self._concepts.knows(word)

    def _like(self, word: str) -> str | None:
        """The danger word that sounds as ``word`` does and is written a little like it."""
        near = self._sounds.get(sound_of((word,)), ()) if len(word) >= SHORT_WORD else ()
        likely = max(((fuzz.ratio(word, other), other) for other in near), default=(0.0, ""))
        return likely[1] if likely[0] >= WRITTEN_LIKE else None
