"""Whose body is told of: one's own, another grown-up's, a child's or an animal's."""

from collections.abc import Collection, Sequence

from voice_skill.understand.ages import GROWN
from voice_skill.understand.concepts import Span
from voice_skill.understand.said import FINITE, Said

OWNED = frozenset({"my", "our", "the", "her", "his"})
OWN = frozenset({"back", "neck", "shoulder", "shoulders", "spine", "chest", "blades"})
NO = ("no", "not", "without")
AMONG = frozenset("in at from on of".split())
"""Words between somebody and where they are known from."""
REMARK = frozenset("says say said told reckons thinks keeps".split())
"""What somebody says who need not be ill."""


def person(said: Said, age: int | None) -> str:
    """``self``, ``other``, ``child`` or ``animal``."""
    if _of_an_animal(said):
        return "animal"
    # "My grandson is four and I hurt my back when I lift him."
    of_a_child = said.says("children") or _of_ones_child(said.words)
    spoken_of = of_a_child and _own_back(said)
    if age is not None and age < GROWN and not spoken_of:
        return "child"
    if age is None and not spoken_of and _of_a_child(said):
        return "child"
    return "other" if said.says("others") and "i" not in said.words else "self"


def _of_an_animal(said: Said) -> bool:
    """Whether only an animal is told to be ill: what it did to somebody is theirs."""
    animals = said.spans("animals")
    if not animals or {"i", "me", "him", "them"}.intersection(said.words) or said.says("likened"):
        return False
    if any(said.before(start) == "my" for start, _ in said.spans("sites") if start):
        return False
    people = {end for name in ("others", "children") for _, end in said.spans(name)}
    # "Grandad's budgie" is no more than a budgie.
    if people.difference(start for start, _ in animals):
        return False
    return any(_acts(said, start, end, people) for start, end in animals)


def _acts(said: Said, start: int, end: int, people: Collection[int]) -> bool:
    """Whether an animal is somebody's, or does something."""
    before = said.words[max(0, start - 2) : start]
    owned = start in people or {"my", "our", "his", "her"}.intersection(before)
    acts = {"the", "a"}.intersection(before) and FINITE.intersection(said.words[end : end + 2])
    return bool(owned or acts) and "like" not in before


def _own_back(said: Said) -> bool:
    """Whether a grown-up speaks of their own body, as in "my back aches when I lift my toddler"."""
    children = {start for start, _ in said.spans("children")}
    mine = (at for at, word in enumerate(said.words) if word == "my" and at + 1 not in children)
    return any(not OWN.isdisjoint(said.words[at + 1 : at + 3]) for at in mine)


def _of_a_child(said: Said) -> bool:
    """Whether a child is told to be ill or hurt, not only spoken of ("the kids are at school")."""
    ailing = {start for start, _ in said.spans("ailing")}
    owners = {start for start, _ in said.spans("owners")}
    for start, end in said.spans("children"):
        if owners.isdisjoint(range(start - 3, start)):
            continue
        # What comes after "I" or "my" is the speaker's own.
        own = (at for at in range(end, len(said.words)) if said.words[at] in ("i", "me", "my", "we", "our"))
        stop = next(own, len(said.words))
        ills = [at for at in ailing if end <= at < stop and said.before(at) not in NO]
        if ills and not (REMARK.intersection(said.words[end : end + 2]) and "his" not in said.words):
            return True
        if _is_for(said, start, end, ailing):
            return True
    return False


def _is_for(said: Said, start: int, end: int, ailing: Collection[int]) -> bool:
    """Whether the ill stands before a child, in words such as "a rash on my baby" or "medicine for my child"."""
    before = said.words[max(0, start - 3) : start]
    whose = {"for", "on", "in", "of"}.intersection(before)
    last = end == len(said.words) or said.clause[end] != said.clause[start] or said.words[end] in ("with", "who")
    return bool(whose) and last and any(said.clause[at] == said.clause[start] and at < start for at in ailing)


def is_others(said: Said, spans: Collection[Span], clauses: Collection[int]) -> bool:
    """Whether it is told of somebody else: by who was named last before it."""
    if any(_is_my(said, span) for span in spans):
        return False
    # "Walking like a drunk man" is told of oneself.
    people = {at for at, _ in said.spans("others") if "like" not in said.words[max(0, at - 3) : at]}
    first = min(start for start, _ in spans)
    for at in range(first, -1, -1):
        if at in people:
            return True
        # "My flatmate had a clot, I flew on Sunday, my calf is hot": who told of themselves last goes on to.
        if said.words[at] == "i":
            return False
        # "A woman in my class" is somebody else.
        hers = said.before(at) in AMONG and at - 2 in people
        own = said.words[at] == "me" or (said.words[at] == "my" and at + 1 not in people and not hers)
        if own and said.clause[at] in clauses:
            return False
    return any(said.clause[at] in clauses for at in people) and "my" not in said.of(clauses)


def _is_my(said: Said, span: Span) -> bool:
    """Whether it is said of a part of the speaker's own body ("my left arm", not "my mum's arm")."""
    before = said.words[max(0, span[0] - 2) : span[1]]
    people = {start for start, _ in said.spans("others")}
    named = span in said.spans("sites") or span[1] - span[0] > 1
    return bool({"my", "me"} & set(before)) and span[0] - 1 not in people and named


def _of_ones_child(words: Sequence[str]) -> bool:
    """Whether the age is that of somebody one has, as in "my two year old"."""
    olds = (at for at in range(1, len(words)) if words[at] == "old" and words[at - 1] in ("year", "years"))
    return any(not OWNED.isdisjoint(words[max(0, at - 4) : at]) for at in olds)
