"""What an answer names: "my legs feel weak" is a yes to the question about limbs, "it came on slowly" a no to another.

Words that tell it: ``symptoms`` and ``denials`` of each question in ``responses/triage.toml``.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from voice_skill.content import Content
from voice_skill.understand.wording import Phrases, Reader, Words

CANNOT = frozenset({"can't", "couldn't", "able"})
"""Beside one of these a "no" may be a symptom: "can't get a breath"."""
PAST = frozenset({"was", "were"})
"""What was well once may be so no more."""
WELL_WITHIN = 3
"""Words after a part of the body within which it is said to be well: "my chest is feeling fine"."""


@dataclass(frozen=True, slots=True)
class Tells:
    """Words that answer one safety question without a yes or no."""

    symptoms: Phrases
    denials: Phrases
    elsewhere: bool
    """"Just my back" answers the question with no."""
    numb: bool
    """Not to feel anything is what is asked about."""


class Symptoms:
    """Finds what a safety question asks about in the answer to it."""

    def __init__(self, content: Content, reader: Reader, opening: Phrases) -> None:
        self._opening = opening
        self._telling = telling(content)
        self.of = {
            question.id: Tells(
                reader.phrases({"": question.symptoms}),
                reader.phrases({"": question.denials}),
                question.elsewhere,
                "numb" in set(question.symptoms),
            )
            for question in content.triage.questions.values()
            if question.told
        }
        """By question; the others ask for no yes or no."""

    def told(self, words: Words, asks: str | None) -> str | None:
        """The answer of a sentence that has no yes or no in front: "my legs feel weak", "it came on slowly"."""
        if asks not in self.of:
            return None
        if self.named(words, asks, denied=False):
            return "yes"
        return None if self.open_ended(words, asks) else self._told_no(words, self.of[asks])

    def _told_no(self, words: Words, tells: Tells) -> str | None:
        """``no`` when ``words``, which name nothing that means yes, tell it."""
        told, said = self._telling, set(words)
        if self._denies(tells, words) or (tells.elsewhere and self._only_back(words)):
            return "no"
        unclear = told["turning"] | told["halving"] | (told["unable"] if tells.numb else CANNOT)
        if said & unclear or any(name == "yes" for name, _, _ in self._opening.within(words)):
            return None
        trouble = bool(said & told["trouble"]) or any(tells.symptoms.within(words))
        if said & told["denying"]:
            return "no" if trouble else None
        # In front, "okay" and "good" say nothing.
        well = set(words[1:]) & told["well"]
        return "no" if tells.elsewhere and well and not said & (told["trouble"] | PAST) else None

    def denied(self, words: Words, asks: str | None) -> bool:
        """Whether ``words`` hold one that means no to this question, and none that means yes."""
        tells = self.of.get(asks or "")
        if tells is None or self.open_ended(words, asks):
            return False
        return self._denies(tells, words) and not self.named(words, asks, denied=False)

    def open_ended(self, words: Words, asks: str | None) -> bool:
        """Whether a denial in ``words`` leaves the question open: something else follows it, or it is denied itself."""
        tells = self.of.get(asks or "")
        return tells is not None and (self._goes_on(tells, words) or self._undone(tells, words))

    def named(self, words: Words, asks: str | None, denied: bool) -> bool:
        """Whether ``words`` name what is asked about without denying it; ``denied`` says how they begin."""
        if asks not in self.of:
            return False
        tells = self.of[asks]
        within = list(tells.denials.within(words))
        inside = {at + more for _, at, length in within for more in range(1, length)}
        begins = {at: length for _, at, length in within}
        for place, word in enumerate(words):
            found = tells.symptoms.at(words, place)
            if not denied and found and place not in inside and found[1] > begins.get(place, 0):
                after = words[place + found[1] : place + found[1] + WELL_WITHIN]
                if not set(after) & self._telling["well"] or set(after) & self._telling["denying"]:
                    return True
            if word in self._telling["denying"]:
                denied = True
            elif word in self._telling["turning"] or self._begins_anew(words, place):
                denied = False
        return False

    def _goes_on(self, tells: Tells, words: Words) -> bool:
        """Whether one thing is denied and then something else is stated that does not clear the question.

        "Not numb, they just don't do what I tell them": who denies one word may be looking for a better one.
        """
        told = self._telling
        anew = (place for place in range(2, len(words)) if self._begins_anew(words, place))
        place = next(anew, len(words))
        denied, rest = words[:place], set(words[place:])
        if not rest - told["empty"] or not set(denied) & told["denying"]:
            return False
        if not any(tells.symptoms.within(denied)) and not set(denied) & told["trouble"]:
            return False
        well = rest & (told["well"] | told["topic"]) and not rest & (told["denying"] | CANNOT)
        return not (well or any(tells.denials.within(words[place:])))

    def _denies(self, tells: Tells, words: Words) -> bool:
        """Whether ``words`` hold one that means no, and that is not denied itself."""
        words = self._without_no(words)
        return any(not self._before(words, at) for _, at, _ in tells.denials.within(words))

    def _undone(self, tells: Tells, words: Words) -> bool:
        """Whether what means no is itself denied or taken back: "not slowly", "it was better but not any more"."""
        words = self._without_no(words)
        for _, at, length in tells.denials.within(words):
            after = words[at + length :]
            back = "but" in after and set(after[after.index("but") :]) & (self._telling["denying"] | CANNOT)
            listed = words[at] in self._telling["denying"]
            if back or (self._before(words, at) and not listed):
                return True
        return False

    def _before(self, words: Words, place: int) -> bool:
        """Whether a denial stands right before ``place``."""
        return not (self._telling["denying"] | CANNOT).isdisjoint(words[max(0, place - 2) : place])

    def _without_no(self, words: Words) -> Words:
        """``words`` without each "no" in front."""
        while words and self._opening.at(words, 0) == ("no", 1):
            words = words[1:]
        return words

    def _only_back(self, words: Words) -> bool:
        """Whether ``words`` say that nothing but the back hurts: "it's just my upper back"."""
        told, said = self._telling, set(words)
        alone = said & told["alone"] and said & told["topic"]
        return bool(alone) and said <= told["alone"] | told["topic"] | told["around"] | told["empty"]

    def _begins_anew(self, words: Words, place: int) -> bool:
        """Whether a new statement begins here, which no denial reaches: "it's not a pain it's a pressure"."""
        told = self._telling
        return place > 0 and words[place] in told["fresh"] and words[place - 1] not in told["linking"]


def telling(content: Content) -> Mapping[str, frozenset[str]]:
    """Single words that turn, deny, state ..., by what they do."""
    return {name: frozenset(words) for name, words in content.commands.telling.items()}
