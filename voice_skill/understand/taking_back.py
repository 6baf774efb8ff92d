"""A "no" that does not hold: it is taken back ("no wait, I do"), or it was no "no" at all ("no can't feel my legs").

A "no" clears a danger sign, so whatever speaks against it has it asked again. Words: ``telling`` in
``responses/commands.toml``.
"""

from voice_skill.content import Content
from voice_skill.understand.symptoms import CANNOT, PAST, Symptoms, telling
from voice_skill.understand.wording import Phrases, Reader, Words

AFTER = 2
"""Words after a verb within which it is denied: "it does not", "I have had none"."""
PLAIN = frozenset({"yes", "yeah", "yep", "yup", "aye"})
"""A yes right after a "don't" too; "definitely" there is denied."""
FEELING_WELL = (("been", "well"), ("i'm", "well"), ("keeping", "well"))
LIKE_THAT = ("that", "this", "it", "those", "these")
"""After "like" these compare with nothing: "no pain like that"."""


class TakingBack:
    """Finds what speaks against a "no" in the words after it."""

    def __init__(self, content: Content, reader: Reader, opening: Phrases, symptoms: Symptoms) -> None:
        self._reader = reader
        self._opening = opening
        self._symptoms = symptoms
        self._told = told = telling(content)
        self._retracting = reader.phrases({"": content.commands.telling.get("retracting", ())})
        self._verbs = told["stands"] & told["empty"]
        self._denials = told["denying"] | CANNOT

    def undone(self, rest: Words, asks: str | None) -> bool:
        """Whether ``rest``, what was said after a "no", takes it back or affirms what was asked."""
        rest = self._plain(rest)
        return bool(rest) and (self._retracted(rest, asks) or self._affirmed(rest, asks))

    def unfit(self, rest: Words, asks: str | None) -> bool:
        """Whether no plain "no" stands before ``rest``: it is a sentence, so a "now" or an "oh" was said.

        "No breathing trouble" denies; "no breathing like a steam train" tells.
        """
        told, said = self._told, set(rest)
        if said <= told["empty"] or said & told["denying"] or self._settled(rest, asks):
            return False
        if rest[0] in CANNOT | told["unfit"]:
            return not said & told["naming"]
        likened = any(
            one == "like" and other not in LIKE_THAT for one, other in zip(rest, (*rest[1:], ""), strict=True)
        )
        return likened or bool(said & told["asserting"])

    def stated(self, rest: Words, asks: str | None) -> bool:
        """Whether ``rest`` goes on to tell what neither denies anything nor says that all is well.

        "No, I keep having to sit down", "no, only off a ladder": nobody can list all that may be told so.
        """
        told, rest = self._told, self._plain(rest)
        if not rest or self._settled(rest, asks) or set(rest) & self._denials:
            return False
        tells = rest[0] in (told["stating"] | told["turning"]) - told["linking"]
        return tells and bool(set(rest) - told["empty"] - told["turning"])

    def _plain(self, rest: Words) -> Words:
        """``rest`` without the polite words in front that say nothing."""
        while rest and self._retracting.at(rest, 0) is None and (found := self._reader.polite.at(rest, 0)):
            rest = rest[found[1] :]
        return rest

    def _retracted(self, rest: Words, asks: str | None) -> bool:
        """Whether the "no" is taken back in so many words, and no other denial follows."""
        for _, place, length in self._retracting.within(rest):
            after = rest[place + length :]
            if not set(after) & self._denials and not self._settled(after, asks):
                return True
        return False

    def _affirmed(self, rest: Words, asks: str | None) -> bool:
        """Whether a statement in ``rest`` says that it is so: "I do", "it does a bit", "they are"."""
        told = self._told
        denied, clause = True, 0
        for place, word in enumerate(rest):
            if word in self._denials:
                denied = True
            elif word in told["turning"] or self._begins(rest, place):
                denied, clause = False, place
            if self._yes(rest, place):
                return True
            if not denied and self._affirms(rest, place, asks) and not self._settled(rest[clause:], asks):
                return True
        return False

    def _begins(self, rest: Words, place: int) -> bool:
        told = self._told
        if place == 0:
            return rest[0] in (told["stating"] | told["fresh"]) - told["linking"]
        return rest[place] in told["fresh"] | told["pronouns"] and rest[place - 1] not in told["linking"]

    def _yes(self, rest: Words, place: int) -> bool:
        """Whether a "yes" is said here, and neither spoken of nor denied."""
        found = self._opening.at(rest, place)
        if not found or found[0] != "yes":
            return False
        before, after = rest[max(0, place - 1) : place], rest[place + found[1] :][:AFTER]
        spoken_of = self._told["saying"] | (frozenset() if rest[place] in PLAIN else self._denials)
        return not set(before) & spoken_of and not set(after) & self._denials

    def _affirms(self, rest: Words, place: int, asks: str | None) -> bool:
        told, word, after = self._told, rest[place], rest[place + 1 :]
        if set(after[: AFTER + 1]) & self._denials:
            return False
        if word in told["trouble"]:
            tells = self._symptoms.of.get(asks or "")
            return tells is not None and tells.elsewhere
        if word in self._verbs:
            pronoun = place > 0 and rest[place - 1] in told["pronouns"]
            telling_more = word in PAST | {"am", "been"} and set(after) - told["empty"] - told["stands"]
            return not after or (pronoun and not telling_more)
        return "'" in word and word in told["fresh"] and set(after) <= told["empty"] | told["stands"]

    def _settled(self, words: Words, asks: str | None) -> bool:
        """Whether ``words`` say that all is well, or speak of the back that everybody has who asks."""
        well = set(words) & (self._told["well"] | self._told["topic"]) or words[-2:] in FEELING_WELL
        return bool(well) or self._symptoms.denied(words, asks)
