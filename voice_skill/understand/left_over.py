"""What is left of what was said without denials, the past, others and questions: what the second reader is shown."""

from collections.abc import Sequence
from itertools import pairwise

from voice_skill.understand import context, general, when
from voice_skill.understand.denials import denied_in
from voice_skill.understand.said import SAYING, SUBJECTS, VERBS, Said

EMPTY = SUBJECTS | VERBS | {"not", "no", "never", "nothing"}
TAILS = EMPTY | {"and", "or", "in", "any"}
"""Words that are left where a denial was taken out of a list ("and I have not")."""
UNABLE = ("can", "could", "will")
BROKEN_OFF = {"not": "breath", "my": "limbs", "move": "limbs", "feel": "limbs"}
"""What may have been told where speech breaks off after an inability ("I can't ...", "I can't feel my ...")."""
LONGEST_BROKEN = 6
"""Words of speech that breaks off: in a longer story the others tell."""


def denied_beside(said: Said, own: set[int]) -> set[int]:
    """The words that are denied; a "not" at one of the places ``own``, or of what can not be done, is a symptom's."""
    # What can not be done is a symptom ("can not feel the floor").
    unable = {
        at
        for at, word in enumerate(said.words)
        if word == "not" and said.before(at) in UNABLE and not SAYING.intersection(said.words[at + 1 : at + 2])
    }
    return denied_in(said, own | unable)


def left_of(said: Said, denied: set[int], narrated: bool = False) -> str:
    """What is left, with what is ``narrated`` of long ago or without; empty where it says nothing."""
    left = [
        word
        for number in range(said.last + 1)
        if _tells(said, number, narrated)
        for word in _left_of_clause(said, number, denied)
    ]
    return "" if TAILS.issuperset(left) else " ".join(left)


def broken_off(words: Sequence[str]) -> str:
    """The flag that may have been told where a short utterance breaks off after an inability, or nothing."""
    unable = any(first in UNABLE and then == "not" for first, then in pairwise(words))
    return BROKEN_OFF.get(words[-1], "") if unable and len(words) <= LONGEST_BROKEN and "no" not in words else ""


def _left_of_clause(said: Said, number: int, denied: set[int]) -> list[str]:
    """The words of a clause that are not denied; none where these say nothing ("I am not ...")."""
    places = [at for at, each in enumerate(said.clause) if each == number]
    left = [said.words[at] for at in places if at not in denied]
    if len(left) == len(places):
        return left
    # "My fingers are not ..." says nothing either, but for an "it" that comes after.
    sites = {said.words[at] for at in said.covered("sites")}
    named = set() if "it" in said.words[places[-1] :] else sites
    return [] if (EMPTY | named).issuperset(left) else left


def _tells(said: Said, number: int, narrated: bool) -> bool:
    """Whether a clause reports something, of now and of the person who is spoken of."""
    last = len(said.clause) - said.clause[::-1].index(number)
    return not (
        general.is_general(said, {number}, last)
        or general.is_fiction(said, {number}, last)
        or context.is_well(said, number)
        or context.is_elsewhere(said, [(last - 1, last)], lasting=False, busy=())
        or (not narrated and when.is_narrated(said, [(last - 1, last)]))
    )
