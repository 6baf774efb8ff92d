"""One pair of eyes for phrases and speech: spelling, synonyms, small words, sounds."""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import jellyfish
from rapidfuzz import fuzz

from voice_skill.content.lexicon import Lexicon
from voice_skill.understand.plain_words import APOSTROPHES, LONGEST
from voice_skill.understand.wording import Phrases

WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)*")
BLURRED = str.maketrans("BDGJVZ0X", "PTKSFSTS")
"""Consonants that recognisers take for each other: voiced for unvoiced, th for t, sh for s."""
THERE = "there"
BEING = frozenset({"is", "are", "was", "were"})
RAMBLING = ""
"""Name of the wordings that are left out."""
JOINED = 3
"""Heard words that one meant word may have been broken into ("up her back")."""
SHORTEST_SOUND = 4
"""Consonants that words must share to be taken for another: shorter sounds are shared by chance."""
SHORTEST_WORD = 5
"""Letters from which a word alone is mended: "car" is as near to "cure" as to anything."""
ALIKE = 0.72
"""Likeness, half spelling and half sound, from which a heard word is taken for a known one."""
PASSING = 0.5
"""How far a word is known that is no idea and stands in some phrase in passing, such as "holiday"."""
LONGEST_WORDING = 8
"""Words of the longest wording that is looked for."""
DOUBT = 4
"""Power of the likeness that a mended word counts by: at 0.84 ("thunder", "tender") half of a word that was said."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a wording, as far as it is understood."""

    idea: str
    """What it says: the name of an idea, or the stem of the word."""
    weight: float
    """0 to 1: how sure it is that this was said; 0 for a word that is not understood."""
    small: bool = False
    """Known, but says little."""


@dataclass(frozen=True, slots=True)
class Reading:
    """An utterance through the eyes of the lexicon."""

    tokens: tuple[Token, ...]
    sound: str
    """The consonants of what was said, without gaps: recognisers lose word boundaries first."""
    gist: str
    """The words without marks, rambling and what is left out: equal for two utterances that say the same."""


class Words:
    """Reads utterances with the words of ``lexicon``, and mends those that ``phrases`` would know."""

    def __init__(self, lexicon: Lexicon, phrases: Iterable[str]) -> None:
        self._spelling = lexicon.spelling
        self._ignored = {word for word in lexicon.dropped if " " not in word}
        ideas = [(plain(text, self._spelling), idea) for idea, texts in lexicon.ideas.items() for text in texts]
        rambling = [(plain(text, self._spelling), RAMBLING) for text in lexicon.dropped if " " in text]
        # "do you know" is rambling, but not in "how do you know": the longer wording wins.
        self._whole = _Wordings([*ideas, *rambling])
        ideas = [(self._kept(words), idea) for words, idea in ideas]
        self._wordings = _Wordings(ideas)
        self._small = {stem(word) for word in lexicon.small}
        known = {stem(word) for text in phrases for word in self._kept(plain(text, self._spelling))}
        self._known = known | self._small
        self._sounds = _Sounds((words for words, _ in ideas), known - self._small)

    def read(self, text: str) -> Reading:
        """The ideas in ``text``, unknown words mended where a known one sounds alike."""
        said = self._said(text)
        return self._reading(said, self._rejoined(said))

    def read_phrase(self, phrase: str) -> Reading:
        """The ideas in ``phrase``, one of those that this was made with, which nobody misheard."""
        said = self._said(phrase)
        return self._reading(said, said)

    def _reading(self, said: list[str], words: list[str]) -> Reading:
        """``words`` are those that were ``said``, put right."""
        tokens: list[Token] = []
        kept: list[str] = []
        for name, span in self._wordings.split(self._kept(words)):
            kept += span
            tokens.append(Token(name, 1.0) if name else self._token(span[0]))
        return Reading(tuple(tokens), sound_of(kept), " ".join(self._kept(said)))

    def _said(self, text: str) -> list[str]:
        """The words of ``text`` without rambling."""
        words: list[str] = []
        rambled = ""
        for name, span in self._whole.split(plain(text, self._spelling)):
            # "Hello there's a knot in my back" is no "hello there".
            if rambled == THERE and span[0] in BEING:
                words.append(THERE)
            rambled = span[-1] if name == RAMBLING else ""
            if name != RAMBLING:
                words += span
        return words

    def _kept(self, words: Iterable[str]) -> list[str]:
        return [word for word in words if word not in self._ignored]

    def _rejoined(self, words: list[str]) -> list[str]:
        """``words`` with runs that sound exactly as a wording put right ("shell their blades")."""
        right: list[str] = []
        at = 0
        while at < len(words):
            count, meant = self._run(words, at)
            right += meant
            at += count
        return right

    def _run(self, words: list[str], at: int) -> tuple[int, list[str]]:
        exact = self._wordings.starting(words[at : at + LONGEST_WORDING])
        if exact > 1:
            return exact, words[at : at + exact]
        for count in range(min(JOINED, len(words) - at), 1, -1):
            run = words[at : at + count]
            if self._is_plain(run):
                continue
            if not self._ignored & {run[0], run[-1]} and (meant := self._sounds.same(run)):
                return count, meant
        return 1, words[at : at + 1]

    def _is_plain(self, run: Sequence[str]) -> bool:
        """Whether each word of ``run`` means something by itself: "bad knees" are no "bad news"."""
        return all(self._wordings.hold(word) for word in run)

    def _token(self, word: str) -> Token:
        said = stem(word)
        if said in self._small:
            return Token(said, 1.0, small=True)
        if said in self._known:
            return Token(said, PASSING)
        meant, likeness = self._sounds.like(word)
        if likeness < ALIKE:
            return Token(said, 0.0)
        name, _ = next(self._wordings.split([meant]))
        return Token(name or stem(meant), likeness**DOUBT)


class _Wordings:
    """Wordings of one or more words, found longest first."""

    def __init__(self, wordings: Iterable[tuple[Sequence[str], str]]) -> None:
        self._phrases = Phrases({tuple(words): name for words, name in wordings if words}.items())

    def split(self, words: Sequence[str]) -> Iterator[tuple[str | None, Sequence[str]]]:
        """``words`` in pieces: a wording with its name, or one word with ``None``."""
        at = 0
        while at < len(words):
            name, count = self._phrases.at(words, at) or (None, 1)
            yield name, words[at : at + count]
            at += count

    @lru_cache(maxsize=4096)  # noqa: B019 - it lives as long as the program, and words come again
    def hold(self, word: str) -> bool:
        """Whether ``word`` alone is a wording."""
        return self._phrases.name((word,)) is not None

    def starting(self, words: Sequence[str]) -> int:
        """How many of ``words`` are the wording that they start with; 1 when there is none."""
        found = self._phrases.at(words, 0)
        return found[1] if found else 1


class _Sounds:
    """Known wordings by their sound, to mend what a recogniser misheard."""

    def __init__(self, wordings: Iterable[Sequence[str]], words: Iterable[str]) -> None:
        self._wordings: dict[str, str] = {}
        alike: dict[str, set[str]] = {}
        for wording in wordings:
            sound = sound_of(wording)
            if len(sound) >= SHORTEST_SOUND:
                self._wordings.setdefault(sound, sys.intern(" ".join(wording)))
            if len(wording) == 1:
                _add(alike, wording[0])
        for word in words:
            _add(alike, word)
        # Most have one word, and a text takes no more memory for that than the word itself.
        self._words = {sound: sys.intern(" ".join(sorted(near))) for sound, near in alike.items()}

    def same(self, run: Sequence[str]) -> list[str]:
        """The wording that sounds exactly as the words of ``run`` do together; empty if none does."""
        meant = self._wordings.get(sound_of(run), "").split()
        return meant if fuzz.ratio("".join(run), "".join(meant)) >= 100 * ALIKE else []

    def like(self, word: str) -> tuple[str, float]:
        """The known word that is nearest to ``word`` in spelling and sound, and its likeness from 0 to 1."""
        if len(word) < SHORTEST_WORD:
            return "", 0.0
        sound = sound_of((word,))
        near = {known for less in _less(sound) for known in self._words.get(less, "").split()}
        return max(
            ((known, (fuzz.ratio(word, known) + fuzz.ratio(sound, sound_of((known,)))) / 200) for known in near),
            key=lambda found: (found[1], found[0]),
            default=("", 0.0),
        )


def _add(alike: dict[str, set[str]], word: str) -> None:
    word = sys.intern(word)
    for less in _less(sound_of((word,))):
        alike.setdefault(less, set()).add(word)


def _less(sound: str) -> set[str]:
    """``sound`` itself and with any one consonant left out."""
    return {sound, *(sound[:at] + sound[at + 1 :] for at in range(len(sound)) if len(sound) > 2)}


def plain(text: str, spelling: Mapping[str, str]) -> list[str]:
    """``text`` in lower-case words without punctuation, contractions written out, at most ``LONGEST``."""
    words: list[str] = []
    for word in WORD.findall(text.lower().translate(APOSTROPHES)):
        meant = spelling.get(word)
        if meant:
            words += meant.split()
        else:
            words.append(word.removesuffix("'s").replace("'", ""))
    return words[:LONGEST]


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """``word`` without the commonest endings: enough for one word to meet its own plural or past."""
    if len(word) < 4:
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    for ending in ("ing", "ed", "es", "ly", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith(("ss", "us", "is")):
            word = word.removesuffix(ending)
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "sl":
        return word[:-1]
    return word.removesuffix("e") if len(word) > 3 else word


def sound_of(words: Iterable[str]) -> str:
    """The consonants of ``words`` run together, voiced and unvoiced ones alike."""
    return "".join(map(_sound, words))


@lru_cache(maxsize=8192)
def _sound(word: str) -> str:
    code = jellyfish.metaphone(word).translate(BLURRED)
    return code[:1] + "".join(letter for letter in code[1:] if letter not in "AEIOUHW ")
