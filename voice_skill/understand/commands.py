"""Yes, no, not sure, repeat, stop, slower ...: what steers the talk, told apart from what is asked.

A command is the whole of what was said, so "stop" stops and "stop the pain" does not.
"""

from collections.abc import Sequence

from rapidfuzz import fuzz, process

from voice_skill.content import Content
from voice_skill.understand.answering import Answers
from voice_skill.understand.plain_words import LONGEST
from voice_skill.understand.symptoms import telling
from voice_skill.understand.wording import Reader, Words

CHOICES = frozenset({"first", "second", "both"})
"""Commands that pick one of two."""
NOT_UNDERSTOOD = "what_do_you_mean"
"""Said while no question is open too, of an answer."""
LIKE_ENOUGH = 90.0
"""Likeness, 0 to 100, from which a misspelt command is taken for a known one of as many words."""
SHORTEST_MENDED = 6
"""Letters of a command that may be misspelt: in a shorter one, one letter makes another word."""


class Commands:
    """Finds what steers the talk, by the wordings of ``content``."""

    def __init__(self, content: Content) -> None:
        said = content.commands
        self._reader = reader = Reader(said)
        self._answers = Answers(content, reader)
        self._whole = reader.phrases(said.commands)
        self._asked = reader.phrases(said.asked)
        self._anywhere = reader.phrases(said.anywhere)
        self._who = reader.phrases(said.who)
        self._telling = telling(content)
        self._terms = reader.phrases({name: term.words for name, term in content.glossary.items()})
        self._meaning = reader.phrases({"": said.meaning})
        self._mendable = [text for text in self._whole if len(text) >= SHORTEST_MENDED]

    def find(self, text: str, asks: str | None = None) -> str | None:
        """What ``text`` tells the skill to do, or ``None``; ``asks`` is the id of the question now open.

        ``yes``, ``no`` and ``unsure`` answer a question; the others are the keys of ``responses/commands.toml``.
        """
        words = self._reader.words(text)[:LONGEST]
        if not words:
            return None
        return (
            self._answers.accepted(words, asks)
            or self._whose(words, asks)
            or self._answers.whole(words, asks)
            or self._command(words, asks)
            or self._answers.answer(words, asks, text)
            or self._part(words)
            or self._mended(words)
        )

    def find_in(self, hypotheses: Sequence[str], asks: str | None = None) -> str | None:
        """As ``find`` for the best hypothesis; a "no" that another hypothesis contradicts is no answer."""
        command = self.find(hypotheses[0], asks) if hypotheses else None
        if command == "no" and asks and any(self._contradicts(other, hypotheses[0], asks) for other in hypotheses[1:]):
            return None
        return command

    def _contradicts(self, other: str, best: str, asks: str) -> bool:
        """Whether the hypothesis ``other`` says more than the "no" of the ``best`` one denies.

        A breath after a plain "no" is offered as "no yeah" and "no lie": the same no, with a word hung on that nobody
        said. What is a yes to this question alone, as "no feeling" is, tells of the body and counts.
        """
        hung_on = other.removeprefix(f"{best} ").split()
        if other.startswith(f"{best} ") and len(hung_on) == 1 and self.find(other) == "yes":
            return False
        return self.find(other, asks) in ("yes", "unsure")

    def _whose(self, words: Words, asks: str | None) -> str | None:
        """Whose body it is: ``self``, ``other`` or ``child``, where that is asked."""
        if asks != "who" or self._asked.name(words):
            return None
        said = {name for name, _, _ in self._who.within(words)}
        if "young" in said or ("child" in said and "grown" not in said):
            return "child"
        if said & {"other", "child"} or said == {"grown"}:
            return "other"
        return "self" if "self" in said else None

    def _command(self, words: Words, asks: str | None) -> str | None:
        """What the utterance says as a whole, without the polite words around it."""
        for trimmed in self._reader.trimmed(words):
            asked = self._asked.name(trimmed)
            command = (asked if asks or asked == NOT_UNDERSTOOD else None) or self._whole.name(trimmed)
            if command and (command not in CHOICES or asks == "did_you_mean"):
                return command
            if asks and (self._asked.at(trimmed, 0) or ("",))[0] == NOT_UNDERSTOOD:
                return NOT_UNDERSTOOD
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
