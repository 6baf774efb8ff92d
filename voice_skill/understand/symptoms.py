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
        tells, told, said = self.of[asks], self._telling, set(words)
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
        return tells is not None and self._denies(tells, words) and not self.named(words, asks, denied=False)

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

    def _denies(self, tells: Tells, words: Words) -> bool:
        """Whether ``words`` hold one that means no, and that is not denied itself."""
        denying = self._telling["denying"] | CANNOT
        while words and self._opening.at(words, 0) == ("no", 1):
            words = words[1:]
        return any(not denying & set(words[max(0, at - 2) : at]) for _, at, _ in tells.denials.within(words))

    def _only_back(self, words: Words) -> bool:
        """Whether ``words`` say that nothing but the back hurts: "it's just my upper back"."""
        told, said = self._telling, set(words)
        alone = said & told["alone"] and said & told["topic"]
        return bool(alone) and said <= told["alone"] | told["topic"] | told["around"] | told["empty"]

    def _begins_anew(self, words: Words, place: int) -> bool:
        """Whether a new statement begins here, which no denial reaches: "it's not a pain it's a pressure"."""
        return place > 0 and words[place] in self._telling["fresh"] and words[place - 1] not in self._telling["linking"]


def telling(content: Content) -> Mapping[str, frozenset[str]]:
    """Single words that turn, deny, state ..., by what they do."""
    return {name: frozenset(words) for name, words in content.commands.telling.items()}
