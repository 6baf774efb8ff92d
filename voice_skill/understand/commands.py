"""Yes, no, not sure, repeat, stop, slower ...: what steers the talk, told apart from what is asked.

A command is the whole of what was said, so "stop" stops and "stop the pain" does not. A "no" clears a safety question,
so it counts only when nothing in the rest of the answer speaks against it; a "yes" counts whatever follows.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from voice_skill.content import Content

WORD = re.compile(r"[a-z0-9]+(?:[-'][a-z]+)*")
COMMA_AFTER_NO = re.compile(r"\W*(?:no|nope|nah)\s*[,.;:–—-]")
"""Typed text may say what speech cannot: "no, pressure" is not "no pressure"."""
OFFERS = frozenset({"offer_triage", "did_you_mean"})
"""Open questions that are not about symptoms."""
LIKE_ENOUGH = 90.0
"""Likeness, 0 to 100, from which a misspelt command is taken for a known one of as many words."""
SHORTEST_MENDED = 6
"""Letters of a command that may be misspelt: in a shorter one, one letter makes another word."""
LONGEST = 60
"""Words of an utterance that are read: nobody steers the talk in more."""

Words = tuple[str, ...]


class Phrases:
    """Finds the longest known wording at a place in an utterance."""

    def __init__(self, wordings: Iterable[tuple[Words, str]]) -> None:
        self._names: dict[Words, str] = {}
        for words, name in wordings:
            self._names.setdefault(words, name)
        self._lengths: dict[str, list[int]] = {}
        for words in self._names:
            lengths = self._lengths.setdefault(words[0], [])
            if len(words) not in lengths:
                lengths.append(len(words))
        for lengths in self._lengths.values():
            lengths.sort(reverse=True)

    def name(self, words: Words) -> str | None:
        """What ``words`` say as a whole."""
        return self._names.get(words)

    def at(self, words: Words, place: int) -> tuple[str, int] | None:
        """What the longest wording that begins at ``place`` says, and how many words it has."""
        for length in self._lengths.get(words[place], ()):
            name = self._names.get(words[place : place + length])
            if name is not None and place + length <= len(words):
                return name, length
        return None

    def within(self, words: Words) -> Iterator[tuple[str, int, int]]:
        """Every wording in ``words``: what it says, where it begins, how many words it has."""
        for place in range(len(words)):
            found = self.at(words, place)
            if found:
                yield found[0], place, found[1]

    def __iter__(self) -> Iterator[Words]:
        return iter(self._names)


@dataclass(frozen=True, slots=True)
class _Tells:
    """Words that answer one safety question without a yes or no."""

    symptoms: Phrases
    denials: Phrases


class Commands:
    """Finds what steers the talk, by the wordings of ``content``."""

    def __init__(self, content: Content) -> None:
        said = content.commands
        same = {tuple(key.split()): tuple(value.split()) for key, value in said.same.items()}
        self._same = same
        self._longest_same = max(map(len, same), default=1)
        self._polite = self._phrases({"polite": said.polite})
        self._whole = self._phrases(said.commands)
        self._asked = self._phrases(said.asked)
        self._anywhere = self._phrases(said.anywhere)
        answers = {name: texts for name, texts in said.answers.items() if name != "yes_offer"}
        self._answers = self._phrases(answers)
        self._taken = self._phrases({"yes": said.answers.get("yes_offer", ())})
        openings = {name: texts for name, texts in answers.items() if not name.endswith("_alone")}
        self._opening = self._phrases(openings)
        self._correcting = self._phrases({"correcting": said.telling.get("correcting", ())})
        self._who = self._phrases(said.who)
        self._telling = {name: frozenset(words) for name, words in said.telling.items()}
        self._tells = {
            question.id: _Tells(self._phrases({"": question.symptoms}), self._phrases({"": question.denials}))
            for question in content.triage.questions.values()
            if question.told
        }
        self._terms = self._phrases({name: term.words for name, term in content.glossary.items()})
        self._meaning = self._phrases({"": said.meaning})
        self._mendable = [" ".join(words) for words in self._whole if len(" ".join(words)) >= SHORTEST_MENDED]

    def find(self, text: str, asks: str | None = None) -> str | None:
        """What ``text`` tells the skill to do, or ``None``; ``asks`` is the id of the question now open.

        ``yes``, ``no`` and ``unsure`` answer a question; the others are the keys of ``responses/commands.toml``.
        """
        words = self._words(text)[:LONGEST]
        if not words:
            return None
        return (
            self._accepted(words, asks)
            or self._whose(words, asks)
            or self._command(words, asks)
            or self._answer(words, asks, bool(COMMA_AFTER_NO.match(text.lower())))
            or self._part(words)
            or self._mended(words)
        )

    def find_in(self, hypotheses: Sequence[str], asks: str | None = None) -> str | None:
        """As ``find`` for the best hypothesis; a "no" that another hypothesis contradicts is no answer."""
        command = self.find(hypotheses[0], asks) if hypotheses else None
        if command == "no" and asks and any(self.find(other, asks) in ("yes", "unsure") for other in hypotheses[1:]):
            return None
        return command

    def _command(self, words: Words, asks: str | None) -> str | None:
        """What the utterance says as a whole, without the polite words around it."""
        for trimmed in self._trimmed(words):
            command = (self._asked.name(trimmed) if asks else None) or self._whole.name(trimmed)
            if command:
                return command
            if asks and (self._asked.at(trimmed, 0) or ("",))[0] == "what_do_you_mean":
                return "what_do_you_mean"
            if self._asks_meaning(trimmed):
                return "meaning"
        return None

    def _asks_meaning(self, words: Words) -> bool:
        """Whether ``words`` ask what a medical word means: ``what is a disc``."""
        opening = self._meaning.at(words, 0)
        if not opening:
            return False
        rest = words[opening[1] :]
        if rest[-1:] == ("mean",):
            rest = rest[:-1]
        return self._terms.name(rest) is not None

    def _part(self, words: Words) -> str | None:
        """What a part of the utterance asks for."""
        for name, place, length in self._anywhere.within(words):
            if name != "getting_help":
                if place == 0 or place + length == len(words):
                    return name
            elif not set(words) & (self._telling["denying"] | self._telling["asking"]):
                return name
        return None

    def _mended(self, words: Words) -> str | None:
        """The command that a misspelt utterance is nearest to."""
        text = " ".join(words)
        if len(text) < SHORTEST_MENDED or len(words) > 3:
            return None
        found = process.extractOne(text, self._mendable, scorer=fuzz.ratio, processor=None, score_cutoff=LIKE_ENOUGH)
        if found is None or len(found[0].split()) != len(words):
            return None
        return self._whole.name(tuple(found[0].split()))

    def _accepted(self, words: Words, asks: str | None) -> str | None:
        """``yes`` to the offer of the safety questions, said in a way that would answer no question about the body."""
        if asks != "offer_triage":
            return None
        return next((name for trimmed in self._trimmed(words) if (name := self._taken.name(trimmed))), None)

    def _whose(self, words: Words, asks: str | None) -> str | None:
        """Whose body it is: ``self``, ``other`` or ``child``, where that is asked."""
        if asks != "who" or self._asked.name(words):
            return None
        said = {name for name, _, _ in self._who.within(words)}
        if "child" in said and "grown" not in said:
            return "child"
        if said & {"other", "grown", "child"}:
            return "other"
        return "self" if "self" in said else None

    def _answer(self, words: Words, asks: str | None, comma: bool) -> str | None:
        """``yes``, ``no`` or ``unsure``; ``None`` when it is none or more than one of them."""
        for trimmed in self._trimmed(words):
            whole = self._answers.name(trimmed)
            if whole:
                return self._kind(whole, asks)
        kinds, rest, hedged = self._openings(words, asks)
        if not kinds:
            return self._told(rest, asks)
        return self._weighed(kinds, rest, hedged, asks, comma)

    def _weighed(self, kinds: list[str], rest: Words, hedged: bool, asks: str | None, comma: bool) -> str | None:
        """What the answers in front, ``kinds``, come to with the words after them."""
        if "mixed" in kinds:
            return None
        if "unsure" in kinds:
            return "unsure"
        if "yes" in kinds:
            halved = hedged and kinds[0] == "no"
            if kinds[-1] != "yes" or halved or self._taken_back(rest):
                return "yes" if self._has_symptom(rest, asks, denied=kinds[-1] == "no") else None
            return "yes"
        return self._denial(rest, asks, comma) if asks and asks not in OFFERS else "no"

    @staticmethod
    def _kind(name: str, asks: str | None) -> str | None:
        if name == "mixed":
            return "no" if asks in OFFERS else None
        if name == "yes_hedged" and (not asks or asks in OFFERS):
            return None
        return name.partition("_")[0]

    def _openings(self, words: Words, asks: str | None) -> tuple[list[str], Words, bool]:
        """The answers that ``words`` begin with, in turn, the words after them, and whether the last is half one."""
        kinds: list[str] = []
        hedged = False
        place = after = 0
        while place < len(words):
            found = self._opening.at(words, place)
            name = found and (found[0] if found[0] == "mixed" else self._kind(found[0], asks))
            filler = self._polite.at(words, place) or (self._correcting.at(words, place) if kinds else None)
            if found and name:
                kinds.append(name)
                hedged = found[0] == "yes_hedged"
                place = after = place + found[1]
            elif filler:
                place += filler[1]
            else:
                break
        return kinds, words[after:] if kinds else words, hedged

    def _taken_back(self, rest: Words) -> bool:
        """Whether what follows a "yes" denies it: "yeah I don't have any of that"."""
        first = rest[:3]
        return bool(set(first) & self._telling["denying"]) and not set(first) & self._telling["turning"]

    def _denial(self, rest: Words, asks: str | None, comma: bool) -> str | None:
        """What a "no" comes to with the words after it."""
        if not rest:
            return "no"
        scope = not comma and rest[0] not in self._telling["stating"]
        if self._has_symptom(rest, asks, denied=scope):
            return "yes"
        said = set(rest)
        if said & self._telling["topic"]:
            return "no"
        if said & self._telling["halving"]:
            return None
        denied = scope or bool(said & self._telling["denying"])
        if said & self._telling["trouble"] and (said & self._telling["turning"] or not denied):
            return None
        return "no"

    def _told(self, words: Words, asks: str | None) -> str | None:
        """The answer of a sentence that has no yes or no in front: "my legs feel weak", "it came on slowly"."""
        if asks not in self._tells:
            return None
        if self._has_symptom(words, asks, denied=False):
            return "yes"
        tells, said = self._tells[asks], set(words)
        if any(tells.denials.within(words)):
            return "no"
        unclear = self._telling["turning"] | self._telling["halving"] | self._telling["unable"]
        named = any(tells.symptoms.within(words)) or bool(said & self._telling["trouble"])
        if named and said & self._telling["denying"] and not said & unclear:
            return "no"
        return None

    def _has_symptom(self, words: Words, asks: str | None, denied: bool) -> bool:
        """Whether ``words`` name what is asked about without denying it; ``denied`` says how they begin."""
        if asks not in self._tells:
            return False
        tells = self._tells[asks]
        for place, word in enumerate(words):
            if not denied and tells.symptoms.at(words, place) and not tells.denials.at(words, place):
                return True
            if word in self._telling["denying"]:
                denied = True
            elif word in self._telling["turning"]:
                denied = False
        return False

    def _trimmed(self, words: Words) -> Iterator[Words]:
        """``words`` as they are, then with ever fewer polite words at their ends."""
        yield words
        start = 0
        while start < len(words) and (found := self._polite.at(words, start)):
            start += found[1]
            if words[start:]:
                yield words[start:]
        rest = words[start:] or words
        while (shorter := self._without_last(rest)) != rest:
            yield shorter
            rest = shorter

    def _without_last(self, words: Words) -> Words:
        """``words`` without the polite ones at the end, if any words stay."""
        for length in (4, 3, 2, 1):
            if length < len(words) and self._polite.name(words[-length:]):
                return words[:-length]
        return words

    def _phrases(self, wordings: Mapping[str, Iterable[str]]) -> Phrases:
        read = ((self._words(text), name) for name, texts in wordings.items() for text in texts)
        return Phrases((words, name) for words, name in read if words)

    def _words(self, text: str) -> Words:
        """The words of ``text``, each in the spelling that the wordings use."""
        words = WORD.findall(text.lower().replace("’", "'"))
        out: list[str] = []
        place = 0
        while place < len(words):
            for length in range(min(self._longest_same, len(words) - place), 0, -1):
                same = self._same.get(tuple(words[place : place + length]))
                if same is not None:
                    out += same
                    place += length
                    break
            else:
                out.append(words[place])
                place += 1
        return tuple(out)
