"""Whether what is told is of here and now: of somebody who is in trouble, or long ago."""

from collections.abc import Collection

from voice_skill.understand.concepts import Span
from voice_skill.understand.said import Said
from voice_skill.understand.when import PRESENT, is_past, lives
from voice_skill.understand.whose import is_others

PRONOUNS = frozenset("he she him his her".split())
"""Words that name nobody new."""
NOT_WELL = frozenset("for night nights day days hours weeks".split())
"""Words after which "good" and "straight" mean how long."""


def is_elsewhere(said: Said, spans: Collection[Span], lasting: bool, busy: Collection[int]) -> bool:
    """Whether it happened long ago, or to somebody else who is not in trouble now.

    ``busy`` are the clauses with a danger sign in them.
    """
    clauses = {said.clause[start] for start, _ in spans}
    others = is_others(said, spans, clauses)
    past = is_past(said, spans, busy, others)
    if not others:
        return past and not lasting
    if lasting:
        return not any(start not in _held(said, spans, clauses) for start, _ in said.spans("their_trouble"))
    going_on = lives(said, clauses)
    # "Took all his tablets at once" is no once upon a time.
    once = any(said.before(start) != "at" for start, _ in said.within("once", clauses))
    if past or (once and not going_on):
        return True
    told = said.says("present", clauses) or _is_in_trouble(said)
    return said.says("history") and not going_on and not told


def _held(said: Said, spans: Collection[Span], clauses: Collection[int]) -> set[int]:
    """Where a part of the body is named in which an illness was: no trouble of now ("had cancer in his spine")."""
    past = "had" in said.of(clauses) and PRESENT.isdisjoint(said.of(clauses))
    return {end + 1 for _, end in spans if past and said.words[end : end + 1] == ["in"]}


def is_undated(said: Said, spans: Collection[Span]) -> bool:
    """Whether it is told of somebody else as having been, without a word on when."""
    clauses = {said.clause[start] for start, _ in spans}
    if not is_others(said, spans, clauses):
        return False
    # "He had a bypass ten years ago and my girlfriend has taken all her tablets": what is dated is told of another.
    named = any(said.words[start] not in PRONOUNS for start, _ in said.within("others", clauses))
    dating = range(min(clauses), said.last + 1) if named else None
    return not said.says("distance", dating) and not said.says("once", dating)


def _is_in_trouble(said: Said) -> bool:
    """Whether somebody else is told to hurt now ("he went under a van, he says his back hurts")."""
    where = {said.clause[start] for start, _ in said.spans("their_trouble")}
    return bool(PRESENT.intersection(said.of(where)))


def is_well(said: Said, number: int) -> bool:
    """Whether a clause only says that something is as it should be."""
    # "Go to sleep for good", "two nights straight" are not well.
    return any(said.before(start) not in NOT_WELL for start, _ in said.within("well", {number}))
