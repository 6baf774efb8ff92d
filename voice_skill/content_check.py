"""Every fault of a ``responses/`` folder at once: what cannot be read, must not be said, or finds the wrong answer."""

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from voice_skill.content import Content, Fault, Reader, banned, faq, listening, places, read, red_flags, spoken
from voice_skill.content.banned import Ban
from voice_skill.content.places import Place
from voice_skill.content.reading import NEVER, Spoken
from voice_skill.errors import ContentError
from voice_skill.messages import Transcript, Understanding
from voice_skill.paths import printable
from voice_skill.understand import Understander

MOST_WORDS = 30
"""Of one sentence, its slots filled: 12 seconds at 150 words a minute, about what a listener can hold."""

MOST_SENTENCES = {"faq": 4, "red_flags": 3}
"""Said together, by the folder they stand in: an answer is waited for, and an emergency must say all at once."""
MOST_ELSEWHERE = 2
"""Sentences of everything else: more is forgotten before it is over."""
MOST_OF_THE_CHECK = 3
"""Sentences of the medicine check: the shortest that names every risk in plain words."""

MOST_GRADE = 7.0
"""Flesch-Kincaid school grade of one reply: most 12-year-olds follow it."""

MOST_DAYS = 365
"""Since the review of an answer: guidance and numbers change."""

UNTRIED = frozenset({"faq", places.FILE, "phrases.toml", listening.FILE, banned.FILE})
"""Where a fault does not keep the wordings from being tried."""

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

Grade = Callable[[str], float]


def reading_grade() -> Grade | None:
    """How hard a text is to read, as a school grade; ``None`` when textstat is not installed."""
    try:
        import textstat
    except ImportError:
        return None
    grade: Grade = textstat.flesch_kincaid_grade
    return grade


def check(folder: Path, today: datetime.date, grade: Grade | None = None) -> list[Fault]:
    """All faults of ``folder``, in the order of their files and lines.

    ``ContentError`` when it is no folder. Reading grades are checked when ``grade`` is given.
    """
    if not folder.is_dir():
        raise ContentError(f"{printable(folder)} is not a folder. Name one that is made like responses/")
    content, faults = read(folder)
    reader = Reader(folder, faults)
    bans = banned.read(reader)
    _check_wordings(reader, content)
    _check_entries(reader, content.entries)
    _check_dates(reader, content, today)
    _check_numbers(reader, content.places)
    for group in spoken(content):
        _check_spoken(reader, group, content.places, bans, grade)
    return sorted(set(reader.faults))


def _check_spoken(
    reader: Reader, group: Spoken, where: Mapping[str, Place], bans: Iterable[Ban], grade: Grade | None
) -> None:
    """What is said together, as it is said in every place."""
    path = reader.folder / group.file
    replies = _as_said(group, where)
    for number, sentence in enumerate(group.sentences):
        said = {reply[number] for reply in replies}
        for says in (*_form(sentence, said), *_refused(said, bans, group.medicine)):
            reader.blame(path, f"{says}: {sentence!r}", *group.at, sentence)
    most = MOST_SENTENCES.get(group.file.partition("/")[0], MOST_OF_THE_CHECK if group.medicine else MOST_ELSEWHERE)
    if group.whole and len(group.sentences) > most:
        reader.blame(path, f"{len(group.sentences)} sentences at once, and {most} is the most", *group.at)
    if sum(sentence.count("?") for sentence in group.sentences) > 1:
        reader.blame(path, "more than one question at once: people answer the last one only", *group.at)
    if grade is not None and group.whole:
        hardest = max(grade(" ".join(reply)) for reply in replies)
        if hardest > MOST_GRADE:
            says = f"reads at school grade {hardest:.1f}, and {MOST_GRADE:.0f} is the most"
            reader.blame(path, f"{says}: use shorter sentences and words", *group.at)


def _as_said(group: Spoken, where: Mapping[str, Place]) -> set[tuple[str, ...]]:
    """The sentences of ``group``, as they are in each place."""
    own = dict.fromkeys(group.slots, "something")
    slots = [{**place.words, **own} for place in where.values()]
    return {tuple(places.fill(sentence, words) for sentence in group.sentences) for words in slots}


def _form(sentence: str, said: Iterable[str]) -> Iterator[str]:
    """What is wrong with how a sentence is written."""
    slots = {slot for text in said for slot in re.findall(r"\{[^{}]*\}?", text)}
    for slot in sorted(slots):
        yield f"unknown slot {slot}; the slots are {', '.join(sorted(places.SLOTS))}"
    if re.search(r"\d", sentence):
        yield "has figures; write numbers as they are spoken, in words"
    if any(re.search(r",\s*[,.?!]", text) for text in said):
        yield "a comma meets another mark once the slots are filled"
    longest = max(len(text.split()) for text in said)
    if longest > MOST_WORDS:
        yield f"{longest} words are too long to listen to, and {MOST_WORDS} the most; make it two sentences"


def _refused(said: Iterable[str], bans: Iterable[Ban], medicine: bool) -> Iterator[str]:
    """Each banned word of a sentence, and why it is banned."""
    for ban in bans:
        if not (medicine and ban.with_medicine_check):
            for word in sorted({word for text in said for word in ban.found(text)}):
                yield f"says {word!r}: {ban.why}"


def _check_wordings(reader: Reader, content: Content) -> None:
    """Each wording, heard without an error, finds its own entry and raises no alarm."""
    if any(fault.file.split("/")[0] not in UNTRIED for fault in reader.faults):
        reader.blame_folder(
            "faq", "the wordings were not tried, because of the other faults: mend those and check again"
        )
        return
    asked = {name: entry for name, entry in content.entries.items() if entry.phrases}
    understander = Understander(replace(content, entries=asked))
    for name, entry in asked.items():
        for phrase in entry.phrases:
            says = _found_wrong(name, understander.understand(Transcript(phrase)))
            if says:
                path = reader.folder / faq.file(name)
                reader.blame(path, f"the wording {phrase!r} {says}", "phrases", f'"{phrase}"')


def _found_wrong(name: str, heard: Understanding) -> str | None:
    if heard.red_flags:
        return f"raises the danger sign {heard.red_flags[0].id!r} by its words {heard.red_flags[0].evidence!r}"
    if heard.match is not None:
        return None if heard.match.entry == name else f"finds the entry {heard.match.entry!r}"
    if heard.choices:
        return f"is too close to call between {' and '.join(map(repr, heard.choices))}"
    return "finds no entry"


def _check_entries(reader: Reader, entries: Mapping[str, faq.Entry]) -> None:
    for name, entry in entries.items():
        path = reader.folder / faq.file(name)
        if entry.see_doctor and not any("{emergency_number}" in sentence for sentence in entry.see_doctor):
            reader.blame(path, "see_doctor must say when to call {emergency_number}", "see_doctor")


def _check_dates(reader: Reader, content: Content, today: datetime.date) -> None:
    reviewed = {faq.file(name): entry.reviewed for name, entry in content.entries.items()}
    reviewed |= {red_flags.file(name): flag.reviewed for name, flag in content.flags.items()}
    for file, date in reviewed.items():
        if date > today:
            reader.blame(reader.folder / file, f"reviewed on {date}, which is still to come", "reviewed")
        elif date != NEVER and (today - date).days > MOST_DAYS:
            reader.blame(reader.folder / file, f"reviewed on {date}, more than a year ago: review it again", "reviewed")


def _check_numbers(reader: Reader, where: Mapping[str, Place]) -> None:
    """A number is spoken digit by digit; the unknown place names none."""
    path = reader.folder / places.FILE
    for place in {place.code: place for place in where.values()}.values():
        said = place.words.get("emergency_number", "")
        if place.code == places.UNKNOWN:
            if set(said.split()) & set(DIGITS):
                reader.blame(
                    path, "names a number, and a wrong number costs more than none", place.code, "emergency_number"
                )
        elif place.number and said != " ".join(DIGITS[int(digit)] for digit in place.number if digit.isdecimal()):
            reader.blame(path, f"{place.number} is not spoken {said!r}", place.code, "emergency_number")
