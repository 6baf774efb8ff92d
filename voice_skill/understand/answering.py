"""Yes, no, not sure: the answer to an open question.

A "no" clears a safety question, so it counts only when nothing in the rest of the answer speaks against it; a "yes"
counts whatever follows.
"""

import re

from voice_skill.content import Content
from voice_skill.understand.symptoms import CANNOT, Symptoms, telling
from voice_skill.understand.taking_back import FEELING_WELL, TakingBack
from voice_skill.understand.wording import Reader, Words

COMMA_AFTER_NO = re.compile(r"\W*(?:no|nope|nah)\s*[,.;:–—-]")
"""Typed text may say what speech cannot: "no, pressure" is not "no pressure"."""
OFFERS = frozenset({"offer_triage", "did_you_mean"})
"""Open questions that are not about symptoms."""
SHORT = 6
"""Words of an answer whose last one counts, whatever the others are."""


class Answers:
    """Finds the answer to the question that is open."""

    def __init__(self, content: Content, reader: Reader) -> None:
        said = content.commands
        self._reader = reader
        answers = {name: texts for name, texts in said.answers.items() if name != "yes_offer"}
        self._answers = reader.phrases(answers)
        self._taken = reader.phrases({"yes": said.answers.get("yes_offer", ())})
        openings = {name: texts for name, texts in answers.items() if not name.endswith("_alone")}
        self._opening = reader.phrases(openings)
        self._correcting = reader.phrases({"correcting": said.telling.get("correcting", ())})
        self._telling = telling(content)
        self._symptoms = Symptoms(content, reader, self._opening)
        self._taking_back = TakingBack(content, reader, self._opening, self._symptoms)

    def accepted(self, words: Words, asks: str | None) -> str | None:
        """``yes`` to the offer of the safety questions, said in a way that would answer no question about the body."""
        if asks != "offer_triage":
            return None
        return next((name for trimmed in self._reader.trimmed(words) if (name := self._taken.name(trimmed))), None)

    def whole(self, words: Words, asks: str | None) -> str | None:
        """The answer to a safety question that is the whole of what was said: "nothing else" ends no talk there."""
        tells = self._symptoms.of.get(asks or "")
        if tells is None:
            return None
        for trimmed in self._reader.trimmed(words):
            if tells.symptoms.name(trimmed) is not None:
                return "yes"
            if tells.denials.name(trimmed) is not None:
                return "no"
            whole = self._answers.name(trimmed)
            if whole:
                if whole == "yes_hedged" and self._symptoms.denied(trimmed, asks):
                    return "no"
                kind = self._kind(whole, asks)
                return None if kind == "no" and tells.numb and self._telling["unable"] & set(trimmed) else kind
        return None

    def answer(self, words: Words, asks: str | None, text: str) -> str | None:
        """``yes``, ``no`` or ``unsure``; ``None`` when it is none or more than one of them."""
        if asks not in self._symptoms.of:
            for trimmed in self._reader.trimmed(words):
                whole = self._answers.name(trimmed)
                if whole:
                    return self._kind(whole, asks)
        kinds, rest, hedged = self._openings(words, asks)
        given = self._given(words, asks, text, (kinds, rest, hedged))
        if given == "no" and self._doubtful(kinds, rest, asks):
            return None
        return given

    def _given(self, words: Words, asks: str | None, text: str, opened: tuple[list[str], Words, bool]) -> str | None:
        """The answer before anything is weighed that takes a "no" back; ``opened`` is how it begins."""
        kinds, rest, hedged = opened
        if (hedged or not set(kinds) & {"yes", "unsure"}) and self._symptoms.denied(words, asks):
            return "no"
        if not kinds:
            bare = self._bare(words, asks) if asks in self._symptoms.of else None
            return bare or self._symptoms.told(rest, asks) or self._at_last(words, asks)
        weighed = self._weighed(kinds, rest, hedged, asks, bool(COMMA_AFTER_NO.match(text.lower())))
        return None if weighed == "no" and self._symptoms.open_ended(words, asks) else weighed

    def _doubtful(self, kinds: list[str], rest: Words, asks: str | None) -> bool:
        """Whether what follows a "no" speaks against it."""
        if not kinds or not rest:
            return False
        told = self._telling
        linked = told["linking"] | told["denying"] | told["empty"]
        starts = (at for at in range(len(rest)) if at == 0 or rest[at - 1] not in linked)
        undone = self._taking_back.undone(rest, asks) or any(self._bare(rest[at:], asks) == "yes" for at in starts)
        if asks not in self._symptoms.of:
            return undone
        undone = undone or self._taking_back.stated(rest, asks)
        return undone or (rest[0] not in self._telling["stating"] and self._taking_back.unfit(rest, asks))

    def _bare(self, words: Words, asks: str | None) -> str | None:
        """The answer of a sentence that names nothing: "I haven't got any of that", "there is a bit"."""
        if words[-2:] in FEELING_WELL:
            return None
        *_, words = self._reader.trimmed(words)
        told, said = self._telling, set(words)
        denials = [word for word in words if word in told["bare"]]
        asked_back = words[0] in told["stands"] and words[1:2] and words[1] in told["pronouns"]
        tagged = words[-1] in told["pronouns"] and words[-2:-1] and words[-2] in told["bare"]
        if not said <= told["empty"] | told["bare"] | told["stands"] or asked_back or tagged:
            return None
        if denials and words[-1] == "no" and self._taking_back.undone(words[:-1], asks):
            return None
        if not denials:
            return "yes" if said & told["stands"] else None
        partly = ("all" in said and "at" not in said) or said & (told["stands"] - told["empty"])
        twice = len(denials) > 1 and "ain't" not in said
        return None if partly or twice else "no"

    def _weighed(self, kinds: list[str], rest: Words, hedged: bool, asks: str | None, comma: bool) -> str | None:
        """What the answers in front, ``kinds``, come to with the words after them."""
        if "mixed" in kinds:
            return None
        if "unsure" in kinds:
            return "unsure"
        if "yes" in kinds:
            halved = hedged and kinds[0] == "no"
            against = self._symptoms.denied(rest, asks)
            if kinds[-1] != "yes" or halved or against or self._taken_back(rest):
                return "yes" if self._symptoms.named(rest, asks, denied=kinds[-1] == "no") else None
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
            filler = self._reader.polite.at(words, place) or (self._correcting.at(words, place) if kinds else None)
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
        if self._symptoms.named(rest, asks, denied=scope):
            return "yes"
        said = set(rest)
        if said & self._telling["topic"]:
            return "no"
        if self._excepting(rest, asks) or said & self._telling["halving"]:
            return None
        denied = scope or bool(said & self._telling["denying"])
        if said & self._telling["trouble"] and (said & self._telling["turning"] or not denied):
            return None
        return "no"

    def _excepting(self, rest: Words, asks: str | None) -> bool:
        """Whether a "no" leaves something out that is not said to be well: "none of that but my left hand"."""
        tells = self._symptoms.of.get(asks or "")
        left_out = tells is not None and tells.elsewhere and rest[0] in ("but", "except", "bar", "besides")
        return left_out and not set(rest) & (self._telling["well"] | self._telling["denying"])

    def _at_last(self, words: Words, asks: str | None) -> str | None:
        """The answer that an utterance which says nothing else ends in: "it's embarrassing but yeah", "I said no"."""
        if asks not in self._symptoms.of or not words:
            return None
        told, before = self._telling, set(words[:-1])
        if self._symptoms.open_ended(words, asks):
            return None
        last = (self._opening.at(words, len(words) - 1) or ("",))[0]
        if last == "yes" and not before & (told["denying"] | told["asking"] | CANNOT | {"wouldn't"}):
            return "yes"
        against = told["turning"] | told["halving"] | told["trouble"] | told["asking"] | told["saying"] | CANNOT
        instead = self._taking_back.undone(words[:-1], asks)
        return "no" if last == "no" and len(words) <= SHORT and not before & against and not instead else None
