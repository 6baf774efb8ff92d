"""Danger signs in what was said. It runs on every turn and every hypothesis, before any answer is chosen.

Levels and reading rules: the sources named in each file of ``responses/red_flags/``.
Where in doubt: an alarm too many costs a call, an alarm too few a life.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from rapidfuzz import fuzz

from voice_skill.content import Content
from voice_skill.content.red_flags import Flag, Reading
from voice_skill.messages import Level, RedFlag
from voice_skill.understand.clauses import Clause, Clauses, phrase
from voice_skill.understand.words import sound_of

ELLIPSIS = "..."

NEAR = r"(?: \w+){0,2}? "
"""Between two words of a sign there may be two others ("chest really really hurts")."""

FAR = r"(?: \w+){0,6}? "
"""What ``...`` in a sign stands for."""

SHORT_WORD = 3
"""Letters below which too many words sound alike."""

WRITTEN_LIKE = 40.0
"""Likeness of spelling, of 100, that a word must have with the danger word it sounds like ("chessed", "chest": 67)."""

YOUNGEST = 16
"""Years of age from which the skill answers."""
OLD = 65
"""Years of age from which a small knock counts (Henschke 2009)."""

OWNER = re.compile(r"\b(?:my|our|the|a|his|her)(?: \w+)? $")
"""What stands before an animal that is talked about."""

TEENS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
UNITS = {word: number for number, word in enumerate(TEENS.split())}
TENS = {word: 10 * ten for ten, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
AGE = rf"(?P<tens>{'|'.join(TENS)})?[ -]?(?P<unit>{'|'.join(UNITS)})?"
AGES = (
    re.compile(rf"\b{AGE} years? old\b"),
    re.compile(rf"\b(?:i am|he is|she is|aged|age) {AGE}\b(?! (?:weeks|months|days))"),
)
AGE_IN_DIGITS = re.compile(r"\b(\d{1,3}) years? old\b|\b(?:i am|he is|she is|aged) (\d{1,3})\b")


@dataclass(frozen=True, slots=True)
class Assessment:
    """The dangers in one utterance."""

    red_flags: tuple[RedFlag, ...] = ()
    """The highest level first."""
    suspected: tuple[RedFlag, ...] = ()
    """To be asked about."""
    person: str = "self"
    """``self``, ``other``, ``child`` or ``animal``."""
    general: bool = False
    """A danger sign was asked about, not reported."""


@dataclass(frozen=True, slots=True)
class _Sign:
    """A compiled flag."""

    flag: Flag
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None
    needs: re.Pattern[str] | None


class Safety:
    """Finds the danger signs of ``content``."""

    def __init__(self, content: Content) -> None:
        reading = content.reading
        self._raised_by = {flag.id: frozenset(flag.raised_by) for flag in content.flags.values()}
        self._signs = [_compiled(flag, reading) for flag in content.flags.values()]
        self._clauses = Clauses(reading)
        danger = _vocabulary(content)
        # What people say when they ask is no odd word.
        asking = (word for entry in content.entries.values() for phrase in entry.phrases for word in phrase.split())
        self._known = danger.union(asking)
        self._sounds: dict[str, list[str]] = {}
        for word in sorted(danger):
            self._sounds.setdefault(sound_of((word,)), []).append(word)
        self._lists = {name: phrase(words) for name, words in reading.lists.items()}
        starts = "|".join(reading.lists["general"])
        self._general = re.compile(rf"^(?:(?:so|and|well|um|er|hi|hello|hey|please|okay|ok) )*(?:{starts})\b(?! not\b)")
        self._inside = re.compile(r"^(?:what|when|why|how|which)\b")
        self._mine = re.compile(r"(?<!\w)(?:i|my|me|mine|myself|his|her|he|she|our|we|when you|when your)(?!\w)")
        self._just_did = re.compile(
            r"(?<!\w)(?:i|he|she) (?:just )?(?:did|do|have|has|am|already had|already took)(?!\w)"
        )

    def assess(self, hypotheses: Sequence[str]) -> Assessment:
        """The dangers in what was heard, the best hypothesis first.

        A flag in the best one is reported; one only in another hypothesis is to be asked about.
        """
        best = self._read(hypotheses[0])
        known = {flag.id for flag in best.red_flags}
        heard = self._clauses.plain(hypotheses[0])
        suspected = [] if best.person == "animal" else self._by_sound(heard)
        if not best.general and best.person != "animal" and not self._lists["negations"].search(heard):
            for other in hypotheses[1:]:
                suspected += [flag for flag in self._read(other).red_flags if flag.level is Level.EMERGENCY]
        unique = {flag.id: flag for flag in reversed(suspected) if flag.id not in known}
        return replace(best, suspected=tuple(sorted(unique.values(), key=lambda flag: -flag.level)))

    @lru_cache(maxsize=256)  # noqa: B019 - a recogniser repeats itself; one Safety lives as long as the program
    def _read(self, text: str) -> Assessment:
        said = self._lists["idioms"].sub(" ", self._clauses.plain(text))
        said = " ".join(said.split())
        person = self._person(said)
        if person == "animal":
            return Assessment(person=person)
        clauses = self._clauses.of(said)
        found: list[RedFlag] = []
        general = False
        for sign in self._signs:
            for clause in clauses:
                evidence = self._evidence(sign, clause)
                if evidence is None or not self._counts(sign, said):
                    continue
                if self._is_general(clause.text, said):
                    general = True
                elif not self._elsewhere(sign, clause, said):
                    found.append(RedFlag(sign.flag.id, sign.flag.level, evidence))
                    break
        return Assessment(self._raised(found), (), person, general and not found)

    def _by_sound(self, heard: str) -> list[RedFlag]:
        """Emergencies that ``heard`` has when its odd words are read as the danger words they sound like."""
        words = heard.split()
        read: list[str] = []
        while words:
            pair = self._sounds_like("".join(words[:2])) if len(words) > 1 and len(words[1]) < SHORT_WORD else None
            word = pair or (words[0] in self._known and words[0]) or self._sounds_like(words[0]) or words[0]
            read.append(word)
            words = words[2 if pair else 1 :]
        other = " ".join(read)
        return [] if other == heard else [flag for flag in self._read(other).red_flags if flag.level is Level.EMERGENCY]

    def _sounds_like(self, word: str) -> str | None:
        """The danger word that sounds as ``word`` does and is written a little like it."""
        near = self._sounds.get(sound_of((word,)), ()) if len(word) >= SHORT_WORD else ()
        likely = [(fuzz.ratio(word, other), other) for other in near]
        return max(likely)[1] if likely and max(likely)[0] >= WRITTEN_LIKE else None

    @staticmethod
    def _evidence(sign: _Sign, clause: Clause) -> str | None:
        """The words of ``clause`` that show the sign and are not denied."""
        for match in sign.pattern.finditer(clause.text):
            # A sign with its own "not" in it ("can not breathe") is no denial.
            if clause.denied_from is None or match.start() <= clause.denied_from or _worded_so(match, clause):
                return match.group().strip()
        return None

    def _counts(self, sign: _Sign, said: str) -> bool:
        if sign.unless and sign.unless.search(said):
            return False
        if sign.needs is None or sign.needs.search(said):
            return True
        # Age weakens bones as osteoporosis does.
        return sign.flag.needs == "weakened" and (_age(said) or 0) >= OLD

    def _is_general(self, clause: str, said: str) -> bool:
        """Whether danger is asked about: a question without a person, or a condition."""
        if self._lists["conditional"].search(clause) or self._lists["conditional"].match(said):
            return True
        asked = self._inside.match(clause) or self._general.match(said)
        return bool(asked) and not self._mine.search(clause) and not self._just_did.search(said)

    def _elsewhere(self, sign: _Sign, clause: Clause, said: str) -> bool:
        """Whether it happened long ago, or to somebody else who is not in trouble now."""
        live = self._lists["live"].search(said)
        others = self._lists["others"].search(clause.text) or (
            self._lists["others"].search(said) and not re.search(r"\b(?:i|my)\b", clause.text)
        )
        if others and not re.search(r"\b(?:i|me)\b", clause.text):
            now = live or self._lists["present"].search(clause.text)
            if sign.flag.persistent:
                return not re.search(r"\b(?:his|her|their|he|she) (?:\w+ )?(?:back|pain|hurts|aches)", said)
            return bool(self._lists["history"].search(said)) and not now
        if sign.flag.persistent:
            return False
        return bool(self._lists["distance"].search(clause.text)) and not live

    def _raised(self, found: Iterable[RedFlag]) -> tuple[RedFlag, ...]:
        """Flags at the level that they have together, the highest first."""
        flags = list(found)
        ids = {flag.id for flag in flags}
        raised = [replace(flag, level=Level.EMERGENCY) if ids & self._raised_by[flag.id] else flag for flag in flags]
        return tuple(sorted(raised, key=lambda flag: -flag.level))

    def _person(self, said: str) -> str:
        animal = self._lists["animals"].search(said)
        if animal and OWNER.search(said[: animal.start()]) and not re.search(r"\b(?:i|my (?:back|chest))\b", said):
            return "animal"
        age = _age(said)
        if (self._lists["children"].search(said) and re.search(r"\b(?:my|our|the|her|his)\b", said)) or (
            age is not None and age < YOUNGEST
        ):
            return "child"
        return "other" if self._lists["others"].search(said) and not re.search(r"\bi\b", said) else "self"


def _worded_so(match: re.Match[str], clause: Clause) -> bool:
    """Whether the only "not" before the sign belongs to another sign's wording ("can not breathe, chest hurts")."""
    before = clause.text[: match.start()]
    return bool(
        re.search(r"\b(?:can not|could not|never felt|no feeling|not saying|not sure if|do not know if)\b", before)
    )


def _vocabulary(content: Content) -> frozenset[str]:
    """Whole words of the signs of emergencies, and of the sets of words they name."""
    signs = [sign for flag in content.flags.values() if flag.level is Level.EMERGENCY for sign in flag.signs]
    texts = [*signs, *(word for words in content.reading.words.values() for word in words)]
    found = frozenset(word for text in texts for word in re.findall(r"(?<![<\w])[a-z]{3,}(?![\w>])", text))
    return found | {f"{word}s" for word in found if not word.endswith("s")}


def _compiled(flag: Flag, reading: Reading) -> _Sign:
    signs = "|".join(_regex(sign, reading) for sign in flag.signs)
    unless = "|".join(_word(look_alike, reading) for look_alike in flag.unless)
    needs = "|".join(_word(word, reading) for word in reading.words[flag.needs]) if flag.needs else ""
    return _Sign(
        flag,
        re.compile(rf"(?<!\w)(?:{signs})(?!\w)"),
        re.compile(rf"(?<!\w)(?:{unless})(?!\w)") if unless else None,
        re.compile(rf"(?<!\w)(?:{needs})(?!\w)") if needs else None,
    )


def _regex(sign: str, reading: Reading) -> str:
    """A sign of the notation as a regular expression."""
    tokens = re.findall(r"\([^)]*\)\??|\.\.\.|\S+", sign)
    out, gap = "", ""
    for token in tokens:
        if token == ELLIPSIS:
            gap = FAR
            continue
        optional = token.endswith("?") and token.startswith("(")
        body = _token(token.removesuffix("?") if optional else token, reading)
        out += f"(?:{gap}{body})?" if optional else gap + body
        gap = NEAR if not optional or gap else ""
        gap = gap or " "
    return f"(?:{out})"


def _token(token: str, reading: Reading) -> str:
    if token.startswith("("):
        return "(?:" + "|".join(_word(word.strip(), reading) for word in token[1:-1].split("|")) + ")"
    return _word(token, reading)


def _word(word: str, reading: Reading) -> str:
    if word.startswith("<"):
        return "(?:" + "|".join(_word(each, reading) for each in reading.words[word[1:-1]]) + ")"
    return re.escape(word).replace(r"\*", r"\w*").replace(r"\ ", " ").replace(r"\?", "?")


def _age(said: str) -> int | None:
    """The age in years that is told ("I am seventy two", "my eight year old"), if any."""
    for pattern in AGES:
        for match in pattern.finditer(said):
            if match["tens"] or match["unit"]:
                return TENS.get(match["tens"], 0) + UNITS.get(match["unit"], 0)
    digits = AGE_IN_DIGITS.search(said)
    return int(digits[1] or digits[2]) if digits else None
