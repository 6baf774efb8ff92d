"""``responses/triage.toml``: the safety questions, their rewordings and results."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from voice_skill.content.commands import Ways
from voice_skill.content.places import fill
from voice_skill.content.reading import Reader, Spoken
from voice_skill.messages import Level

FILE = "triage.toml"
SAID = (
    "opening", "again", "reason", "noted", "unclear", "say_yes_or_no", "resume", "urgent", "soon", "self_care",
    "general_advice", "ways", "worse", "ask_summary", "careful", "steps", "stopped", "silent", "unheard",
    "stopped_urgent", "unfinished", "told", "told_yes", "told_unsure", "told_nothing", "told_not_asked",
)  # fmt: skip
"""What is said around the questions: a list of sentences each."""
SLOTS = frozenset({"words", "list"})
KEYS = {
    **dict.fromkeys(SAID, "texts"),
    "unfinished_level": "text",
    "between_blades": "texts",
    "people": "table",
    "questions": "table",
}
QUESTION = {"ask": "text", "reword": "text", "short": "text"}
QUESTION_OPTIONAL = {
    "told": "text",
    "level": "text",
    "flag": "text",
    "unsure": "text",
    "covers": "texts",
    "own_level": "texts",
    "after": "text",
    "elsewhere": "flag",
    "symptoms": "texts",
    "denials": "texts",
}
PERSON = {"you": "text", "your": "text", "them": "text"}
COUNTS = "yes"
"""``unsure`` of a question that takes a "not sure" for a yes."""


@dataclass(frozen=True, slots=True)
class Question:
    """One safety question."""

    id: str
    ask: str
    reword: str
    """The same in other words."""
    short: str
    """Said after a silence."""
    told: str
    """As it reads in the summary for a doctor; empty for a question without a yes."""
    level: Level | None
    """How soon to get help after a yes; ``None`` when the questions that follow decide."""
    flag: str | None
    """The danger sign whose advice is said after a yes."""
    unsure_counts: bool
    """A "not sure" is taken for a yes."""
    unsure_level: Level | None
    """How soon to get help, at the least, after a "not sure" that is not taken for a yes."""
    covers: frozenset[str]
    """Danger signs that answer the question with yes."""
    own_level: frozenset[str]
    """Those of ``covers`` that have a level of their own when nothing else was said."""
    after: str | None
    """The question that must have been answered with yes."""
    elsewhere: bool
    """"Just my back" answers it with no."""
    symptoms: Ways
    """Words that answer it with yes, unless they are denied."""
    denials: Ways
    """Words that answer it with no."""


@dataclass(frozen=True, slots=True)
class Triage:
    """The safety questions and what is said around them."""

    questions: Mapping[str, Question] = field(default_factory=dict)
    """In the order in which they are asked."""
    said: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    people: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Words for ``self`` and ``other``, by slot."""
    unfinished: Level = Level.SOON
    """How soon to get help, at the least, when the questions were not finished."""
    between_blades: Ways = Ways()  # noqa: RUF009 - frozen
    """Words that place the pain between the shoulder blades."""


def read(reader: Reader) -> Triage:
    """The triage; an empty one when the file cannot be read."""
    path = reader.folder / FILE
    table = reader.table(path, KEYS)
    if table is None:
        return Triage()
    questions = {name: _question(reader, path, name, keys) for name, keys in table["questions"].items()}
    for question in questions.values():
        if question.after is not None and question.after not in questions:
            reader.blame(path, f"after names no question: {question.after!r}", f"questions.{question.id}", "after")
    people = {
        name: reader.checked(path, table["people"].get(name, {}), PERSON, None, name) for name in ("self", "other")
    }
    return Triage(
        questions=questions,
        said={key: tuple(table[key]) for key in SAID},
        people=people,
        unfinished=_level(reader, path, table["unfinished_level"], "unfinished_level") or Level.SOON,
        between_blades=Ways(tuple(table["between_blades"])),
    )


def spoken(triage: Triage) -> Iterator[Spoken]:
    """Every sentence of the triage, as it is said about the person and about somebody else."""
    for words in triage.people.values():
        for key, sentences in triage.said.items():
            yield Spoken(FILE, (key,), tuple(fill(sentence, words) for sentence in sentences), SLOTS)
        for name, question in triage.questions.items():
            at = f"questions.{name}"
            for key in ("ask", "reword", "short"):
                yield Spoken(FILE, (at, key), (fill(getattr(question, key), words),))
            if question.told:
                yield Spoken(FILE, (at, "told"), (fill(question.told, words),), whole=False)


def _question(reader: Reader, path: Path, name: str, keys: Any) -> Question:
    at = f"questions.{name}"
    if not isinstance(keys, dict):
        reader.blame(path, f"{name} must be a table: a line [{at}] with its keys below", name)
        keys = {}
    table = reader.checked(path, keys, QUESTION, QUESTION_OPTIONAL, at)
    unsure = table.get("unsure")
    return Question(
        id=name,
        ask=table["ask"],
        reword=table["reword"],
        short=table["short"],
        told=table.get("told", ""),
        level=_level(reader, path, table.get("level"), at, "level"),
        flag=table.get("flag"),
        unsure_counts=unsure == COUNTS,
        unsure_level=None if unsure == COUNTS else _level(reader, path, unsure, at, "unsure"),
        covers=frozenset(table.get("covers", ())),
        own_level=frozenset(table.get("own_level", ())),
        after=table.get("after"),
        elsewhere=table.get("elsewhere", False),
        symptoms=Ways(tuple(table.get("symptoms", ()))),
        denials=Ways(tuple(table.get("denials", ()))),
    )


def _level(reader: Reader, path: Path, name: str | None, *near: str) -> Level | None:
    if not name:
        return None
    try:
        return Level.from_id(name)
    except KeyError:
        reader.blame(path, f"{name!r} is no level: use one of {', '.join(level.id for level in Level)}", *near)
        return None
