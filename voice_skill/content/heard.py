"""What people may say, as the content foresees it: for the recogniser's vocabulary and language model."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from voice_skill.content import Content, commands, faq, glossary, red_flags, triage

WORD = re.compile(r"(?<![\w'*<])[a-z]+(?:'[a-z]+)*(?![\w'*>])")
"""A whole word: not one with a figure, nor the beginning of one ("pain*")."""

SHORT = 2
"""Words of a command that is said in no other way: "wait", "stop it"."""


@dataclass(frozen=True, slots=True)
class Source:
    """One wording."""

    file: str
    """Below ``responses/``."""
    text: str
    """In small letters."""
    weight: float = 1.0
    """How much it tells of what follows what: a single word little, a sign ("<chest> + <hurt>") nothing."""


def sources(content: Content) -> Iterator[Source]:
    """Everything that may be said to the skill."""
    for name, entry in content.entries.items():
        yield from _lines(faq.file(name), (entry.question.lower(), *entry.phrases))
    yield from _steering(content.commands)
    for question in content.triage.questions.values():
        yield from _lines(triage.FILE, (*question.symptoms, *question.denials), 0.5)
    for term in content.glossary.values():
        yield from _lines(glossary.FILE, term.words, 0.5)
    for texts in content.lexicon.ideas.values():
        yield from _lines("words", texts, 0.2)
    for name, flag in content.flags.items():
        yield from _lines(red_flags.file(name), (*flag.signs, *flag.lasting), 0.0)
    for texts in content.reading.words.values():
        yield from _lines("red_flags/words", texts, 0.1)


def _lines(file: str, texts: Iterable[str], weight: float = 1.0) -> Iterator[Source]:
    for text in texts:
        yield Source(file, text, weight)


def _steering(said: commands.Commands) -> Iterator[Source]:
    """Few of the many wordings of a template are ever said, so each weighs little; a word or two is another matter."""
    for table in (said.commands, said.asked, said.anywhere, said.answers):
        for texts in table.values():
            for text in texts:
                yield Source(commands.FILE, text, 2.0 if len(text.split()) <= SHORT else 0.1)
