"""Finds the sentences of ``responses/`` and fills their slots."""

from collections.abc import Iterable
from dataclasses import dataclass

from voice_skill.answer.state import Sentences, State
from voice_skill.content import Content
from voice_skill.content.places import Place, fill, place_for
from voice_skill.content.red_flags import Flag
from voice_skill.content.triage import Question
from voice_skill.messages import Level, RedFlag


@dataclass(frozen=True, slots=True)
class Speaker:
    """Says things for a place, about the person or about somebody else."""

    content: Content
    place: Place
    person: str = "self"

    @classmethod
    def of(cls, content: Content, state: State) -> "Speaker":
        """The speaker that fits ``state``."""
        other = state.progress.person == "other" if state.progress else state.other
        person = "other" if other else "self"
        return cls(content, place_for(content.places, state.place), person)

    def fill(self, sentences: Iterable[str], **slots: str) -> Sentences:
        """``sentences`` with every slot filled."""
        if self.person == "other":
            phrases = self.content.phrases
            instead = dict(zip(phrases["to_the_ill"], phrases["to_a_helper"], strict=True))
            sentences = (instead.get(sentence, sentence) for sentence in sentences)
        words = {**self.place.words, **self.content.triage.people[self.person], **slots}
        return tuple(fill(sentence, words) for sentence in sentences)

    def say(self, phrase: str, **slots: str) -> Sentences:
        """What ``phrases.toml`` says under ``phrase``."""
        return self.fill(self.content.phrases[phrase], **slots)

    def tell(self, key: str, **slots: str) -> Sentences:
        """What ``triage.toml`` says under ``key``."""
        return self.fill(self.content.triage.said[key], **slots)

    def told(self, question: Question) -> str:
        """The question as it reads inside a sentence."""
        filled = self.fill([question.told])[0]
        return filled[:1].lower() + filled[1:]

    def advice(self, flag: RedFlag) -> Sentences:
        """What to do about a danger sign at its level."""
        known: Flag = self.content.flags[flag.id]
        return self.fill(known.emergency_advice if flag.level is Level.EMERGENCY else known.advice)
