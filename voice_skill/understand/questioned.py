"""What somebody was asked and has denied: "she asked was I dizzy and I said no"."""

from collections.abc import Collection, Iterator

from voice_skill.understand.concepts import Span
from voice_skill.understand.said import FINITE, NAYS, Said

ASIDES = 2
"""Clauses that may stand between a question and its answer ("lovely girl")."""
LONGEST = 8
"""Words of one of these."""
LISTED = 5
"""Words of one thing in a list that is asked about ("his breath, his arm")."""
AFTER_ALL = frozenset(
    "but because cos lied lie lying fib fibbed fibbing now yet actually except although though since really until "
    "today tonight started later wanted scared ashamed embarrassed".split()
)
"""Words after a "no" with which it may be taken back, or was not true."""
AFTER_NO = frozenset("so thank thanks anyway and it we they there nothing never none if what how".split())
"""Words after a "no" that answers what was asked before it."""
IT = frozenset("it that they them those same".split())
"""Words that may speak of what was denied."""


def denied_when_asked(said: Said, signs: Collection[slice]) -> set[int]:
    """The words of dangers that were asked about and answered with "no"; ``signs`` is where dangers are named.

    Only what names one is denied so: "no" to "can you feel your legs" tells one.
    """
    asked = [_asked_before(said, start, signs) for start, end in _answers(said) if not _taken_back(said, end)]
    return {
        at
        for question in asked
        for sign in signs
        if question.start <= sign.start and sign.stop <= question.stop
        for at in range(sign.start, sign.stop)
    }


def _answers(said: Said) -> Iterator[Span]:
    yield from said.spans("told_no")
    yield from said.ending("are_not")
    for at in range(1, len(said.words)):
        begins = said.words[at] in NAYS and said.clause[at] != said.clause[at - 1]
        if begins and (said.words[at + 1 : at + 2] or ["so"])[0] in AFTER_NO:
            yield at, at + 1


def _taken_back(said: Said, end: int) -> bool:
    """Whether what follows a "no" may be something else than an ordinary back."""
    if any(start >= end for start, _ in said.spans("taken_back")):
        return True
    clauses = {said.clause[at] for at in range(end, len(said.words)) if said.words[at] in AFTER_ALL}
    if any(not said.says("ordinary", {number}) or IT.intersection(said.of({number})) for number in clauses):
        return True
    # "No, it was my arms": another part of the body.
    ordinary = said.covered("ordinary")
    other = (start for start, _ in said.within("sites", set(said.clause[end : end + 1])) if start >= end)
    return said.words[end : end + 1] == ["it"] and any(start not in ordinary for start in other)


def _asked_before(said: Said, answer: int, signs: Collection[slice]) -> range:
    """From the first question to the answer at ``answer``."""
    questions = [start for start, _ in said.spans("questioned")]
    first, asides, end = answer, 0, answer
    for number in range(said.clause[answer], -1, -1):
        start = said.clause.index(number)
        question = next((at for at in questions if start <= at < end), None)
        if question is not None:
            first, asides = question, 0
            # "And was there ..." goes on with what was asked before.
            if question - start > 1:
                break
        elif not _is_listed(said, range(start, end)):
            asides += start < end < answer
            if asides > ASIDES or not _is_aside(range(start, end), signs):
                break
        end = start
    return range(first, answer)


def _is_listed(said: Said, clause: range) -> bool:
    """Whether a clause is one of a list of what is asked about."""
    return len(clause) <= LISTED and FINITE.isdisjoint(said.words[clause.start : clause.stop])


def _is_aside(clause: range, signs: Collection[slice]) -> bool:
    """Whether a clause tells no danger of its own."""
    return len(clause) <= LONGEST and not any(sign.start < clause.stop and clause.start < sign.stop for sign in signs)
