"""What was said, cut into clauses, with what is denied in it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from voice_skill.understand.concepts import Concepts, Span, Tags
from voice_skill.understand.plain_words import LACKED

SUBJECTS = frozenset("i my me he she his her it there we they our their the you your now also then this that".split())
OPENERS = SUBJECTS | set("today tonight yesterday nowadays lately".split())
"""Words with which a clause begins after "and", "so" or "then"."""
PRONOUNS = frozenset("i he she it they we there this that".split())
TELLERS = frozenset("i he she we they my our".split())
OWNERS = frozenset("my me his her our their the your".split())
JOINERS = frozenset("and then so plus also an".split())
VERBS = frozenset(
    "am is are was were have has had feel feels felt can could keep keeps kept got get gets went do does did think "
    "will would hurts hurt aches ached ache burns burn goes go gone comes came started start woke fell just never "
    "looks looked seems says said cannot know took take noticed nearly almost collapsed fainted passed still "
    "suddenly might may guess suppose wet keeps need wake been must should swear lost".split()
)
FINITE = frozenset(
    "am is are was were has had hurts aches burns feels felt went goes gone comes came keeps kept gets got started "
    "have feel hurt throbs stings gave give gives".split()
)
GUARDS = frozenset(
    "think believe say saying said sure if that like what feel reckon mean claim swear thought because when while as "
    "whenever where after before until than how why whether once though who which unless cause cos since except would "
    "time case suppose could should can do does did is are am was were have had".split()
)
"""Words after which a subject begins no clause of its own ("I don't think it is ...", "when I walk", "can I ...")."""
QUESTIONS = frozenset("what why which how".split())
ASKING = frozenset(
    "know knows no matter idea tell see sure and or but not explain wonder wondering understand me see".split()
)
"""Words after which a question word begins no question of its own ("I don't know why")."""
PREPOSITIONS = frozenset(
    "in of on with from to into down up behind under between through across round around over at by for about near "
    "inside below above along onto against all both lift move feel hold control use bend and or".split()
)
POSITIVE = frozenset(
    "a an some really very bad severe terrible awful horrible sudden my now got it its having this i he she crushing "
    "massive sharp with but just there me intense tearing".split()
)
"""Words that begin something affirmed after "and" or a comma ("no fever and a tight chest")."""
OPENS = frozenset("can could will would do does did is am are has have had not cannot feel feels".split())
"""Words that begin a statement of its own after a comma ("legs not strong, can't climb the stairs")."""
SAYING = frozenset("say think deny claim believe pretend sure saying said call reckon lie".split())
YESES = frozenset("yes yeah yep aye".split())
NAYS = frozenset("no nope nah".split())
ANSWERS = YESES | NAYS
SHORT = NAYS | frozenset("none nil negative never not".split())
TOLD = (FINITE | YESES | {"i", "my", "but", "can", "could"}) - {"have", "had"}
"""Words that a mere list of what was asked about has not ("fever no chills no")."""
TELLING = FINITE | ANSWERS | {"i", "my", "not"}
"""Words that what is only named has not."""
NAMING = frozenset("my the as for about regarding with".split())
"""Words with which what is only named may begin."""
GO_ON = frozenset("and or nor but only just".split())
"""Words after which a denial that stands behind what it denies goes on to something else."""
SHORTEST = 3
"""Words of a clause without a mark at its end ("and now it is ..." is one, not two)."""
LONGEST_OF_LIST = 4
"""Words of one thing in a list that is denied."""
REACH = 6
"""Words between two "not"s that cancel each other ("I can't say I don't ...")."""


@dataclass
class Said:
    """One utterance, tagged and cut."""

    words: Sequence[str]
    marks: Sequence[str]
    """The punctuation before each word."""
    tags: Tags
    clause: list[int] = field(default_factory=list)
    """The number of each word's clause."""

    @cached_property
    def last(self) -> int:
        """The number of the last clause."""
        return self.clause[-1] if self.clause else 0

    def within(self, concept: int, clauses: Collection[int]) -> Iterator[Span]:
        """Where a concept is said in one of ``clauses``."""
        return (span for span in self.tags.get(concept, ()) if self.clause[span[0]] in clauses)

    def says(self, concept: int, clauses: Collection[int] | None = None) -> bool:
        """Whether a concept is said, in one of ``clauses`` if these are given."""
        return concept in self.tags if clauses is None else any(True for _ in self.within(concept, clauses))

    def covered(self, concept: int) -> set[int]:
        """The places of all words with which a concept is said."""
        return {at for start, end in self.tags.get(concept, ()) for at in range(start, end)}

    def of(self, clauses: Collection[int]) -> list[str]:
        """The words of ``clauses``."""
        return [word for word, number in zip(self.words, self.clause, strict=True) if number in clauses]


class Clauses:
    """Cuts and finds denials by the lists of ``reading.toml``, which are sets of ``concepts``."""

    def __init__(self, concepts: Concepts) -> None:
        self._concepts = concepts
        lists = "negations no_denial turns soft_turns not_quite denied_after answered_no sites distance".split()
        self._list: Mapping[str, int] = {name: concepts.number(f"<{name}>") for name in lists}

    def read(self, words: Sequence[str], marks: Sequence[str]) -> Said:
        """``words`` with their concepts and clauses."""
        said = Said(words, marks, self._without_ago(words, marks, self._concepts.tag(words)))
        parts = dict(said.tags.get(self._list["sites"], ()))
        number = began = 0
        for at in range(len(words)):
            long = at - began >= SHORTEST or words[at - 1] in ANSWERS
            begins = long and (_begins(words, at) or _part_begins(words, at, parts) or _is_answered(words, at))
            if at and (marks[at] or begins):
                number += 1
                began = at
            said.clause.append(number)
        return said

    def _without_ago(self, words: Sequence[str], marks: Sequence[str], tags: Tags) -> Tags:
        """``tags`` without what only looks like long ago, or like a part of the body beside it."""
        distance = self._list["distance"]
        if distance not in tags:
            return tags
        # "A smoker forty years, back ache" is not years back.
        long_ago = [span for span in tags[distance] if not any(marks[span[0] + 1 : span[1]])]
        # The "back" of "years back" is no part of the body.
        backs = {(at, at + 1) for start, end in long_ago for at in range(start, end) if words[at] == "back"}
        kept = {concept: [span for span in spans if span not in backs] for concept, spans in tags.items()}
        return {concept: spans for concept, spans in (kept | {distance: long_ago}).items() if spans}

    def denied(self, said: Said, own: Collection[int]) -> set[int]:
        """The words that are denied. A "not" at one of the places ``own`` belongs to a symptom ("can not breathe")."""
        denied: set[int] = set()
        open_at = self._denials(said, own)
        turns = {start for name in ("turns", "soft_turns") for start, _ in said.tags.get(self._list[name], ())}
        for start, end in open_at:
            scope = self._scope(said, end, turns)
            if not self._not_quite(said, start, scope):
                # "Nothing sudden" denies by its second word.
                denied.update(scope, range(start + 1, end))
        for start, end in said.tags.get(self._list["denied_after"], ()):
            ends = end == len(said.words) or said.clause[end] != said.clause[start]
            if ends and not any(at in own for at in range(start, end)):
                # "Chest pain yes, fever no": what was affirmed stays so.
                yes = max((at for at in range(start) if said.words[at] in YESES), default=-1)
                denied.update(at for at in range(yes + 1, start) if said.clause[at] == said.clause[start])
        # "Blood in the urine, never" is answered in one word.
        alone = ((at, at + 1) for at in range(1, len(said.words)) if said.words[at] in SHORT and _is_alone(said, at))
        for start, end in (*said.tags.get(self._list["answered_no"], ()), *alone):
            if end == len(said.words) or said.clause[end] != said.clause[start] or said.words[end] in GO_ON:
                denied.update(_named_before(said.words, start))
        denied.update(self._answered_no(said, turns))
        return denied

    def _denials(self, said: Said, own: Collection[int]) -> list[Span]:
        """Each "not" that denies what follows; two that cancel each other are left out."""
        innocent = said.tags.get(self._list["no_denial"], ())
        # "I haven't no feeling" has none.
        found = [
            span
            for span in said.tags.get(self._list["negations"], ())
            if span[0] not in own
            and span[1] not in own
            and not any(start <= span[0] < end and span[1] <= max(end, span[0] + 1) for start, end in innocent)
        ]
        cancelled: set[Span] = set()
        for first, then in pairwise(found):
            between = said.words[first[1] : then[0]]
            if len(between) <= REACH and SAYING.intersection(between) and first not in cancelled:
                cancelled |= {first, then}
        return [span for span in found if span not in cancelled]

    @staticmethod
    def _scope(said: Said, start: int, turns: Collection[int]) -> range:
        for at in range(start, len(said.words)):
            after = said.words[at + 1] if at + 1 < len(said.words) else ""
            new = said.clause[at] != said.clause[at - 1]
            # "Not like a knife" is denied; "no, just a tightness" is not.
            if at == start and said.words[start - 1] not in ANSWERS and not said.marks[at]:
                continue
            if at in turns or (new and not _listed(said, at)) or (said.words[at] == "and" and after in POSITIVE):
                return range(start, at)
        return range(start, len(said.words))

    def _not_quite(self, said: Said, start: int, scope: range) -> bool:
        """Whether it is not so *as such*: then something like it is so."""
        return any(
            scope.start - 2 <= place < min(scope.stop + 1, scope.start + REACH)
            for place, _ in said.tags.get(self._list["not_quite"], ())
            if place >= start
        )

    @staticmethod
    def _answered_no(said: Said, turns: Collection[int]) -> Iterator[int]:
        """What is asked and answered with no by the same person ("Fever? No.", "fever no chills no")."""
        if said.words and said.words[-1] in NAYS and not TOLD.intersection(said.words):
            yield from range(len(said.words))
        for at, mark in enumerate(said.marks):
            if mark != "?":
                continue
            # "Fever? Ha, no": what is said before an answer is a word long.
            answer = next((place for place in (at, at + 1) if SHORT.intersection(said.words[place : place + 1])), None)
            if answer is None:
                continue
            alone = answer + 1 == len(said.words) or said.marks[answer + 1] not in ("", ",")
            # "Fever? No, just a tightness" takes something back; "no, nothing like that" does not.
            if alone or (said.words[answer] in NAYS and not any(place > answer for place in turns)):
                yield from (place for place in range(at) if said.clause[place] == said.clause[at - 1])


def _named_before(words: Sequence[str], start: int) -> range:
    """What is named, and told of nobody, before an answer at ``start`` ("fever, that is a no")."""
    told = (at for at in range(start - 1, -1, -1) if words[at] in TELLING)
    begin = next(told, -1) + 1
    # "As for my chest" only names it.
    while begin and words[begin - 1] in NAMING:
        begin -= 1
    # What one should have and has not is a symptom ("breath I have not").
    lacked = any(words[at] in LACKED and words[at - 1] != "of" for at in range(begin, start))
    return range(0) if lacked else range(begin, start)


def _is_alone(said: Said, at: int) -> bool:
    """Whether a word is a clause of its own, between marks or at an end."""
    return bool(said.marks[at]) and (at + 1 == len(said.words) or bool(said.marks[at + 1]))


def _begins(words: Sequence[str], at: int) -> bool:
    """Whether a clause with a subject of its own begins here."""
    word, before = words[at], words[at - 1]
    after = words[at + 1] if at + 1 < len(words) else ""
    if word in QUESTIONS:
        return before not in ASKING and before not in GUARDS and before not in PREPOSITIONS
    if word in JOINERS:
        return word != "or" and after in OPENERS
    if before in JOINERS or before in GUARDS:
        return False
    turned = before == "but" and word in TELLERS
    if turned or word in PRONOUNS:
        return turned or after in VERBS
    if word in OWNERS and before not in PREPOSITIONS:
        near = words[at + 2 : at + 4]
        return bool(VERBS.intersection(near)) and not PRONOUNS.intersection(near[:1])
    return False


def _is_answered(words: Sequence[str], at: int) -> bool:
    """Whether an answer ends here ("that is a no", "the answer is no", "no do I ...")."""
    if words[at - 1] not in ANSWERS or words[at] in PREPOSITIONS:
        return False
    whole = words[at - 2 : at - 1] == ["a"] or words[at - 3 : at - 1] == ["answer", "is"]
    return whole or (words[at] in OPENS and bool(SUBJECTS.intersection(words[at + 1 : at + 2])))


def _part_begins(words: Sequence[str], at: int, parts: Mapping[int, int]) -> bool:
    """Whether a part of the body is said to do something of its own ("no fever legs are weak")."""
    end = parts.get(at)
    if end is None or end >= len(words) or words[end] not in FINITE:
        return False
    before = words[at - 1]
    return before not in PREPOSITIONS and before not in GUARDS and before not in OWNERS and before not in JOINERS


def _listed(said: Said, at: int) -> bool:
    """Whether the clause that begins here goes on with a list ("no fever, chest pain or rash")."""
    if said.marks[at] != ",":
        return False
    end = next((place for place in range(at + 1, len(said.words)) if _ends_list(said, place)), len(said.words))
    rest = said.words[at:end]
    if rest[0] in OPENS or FINITE.intersection(rest):
        return False
    short = said.clause[at:end].count(said.clause[at]) <= LONGEST_OF_LIST
    return (short and rest[0] not in POSITIVE) or bool({"or", "nor"}.intersection(rest))


def _ends_list(said: Said, at: int) -> bool:
    return said.clause[at] != said.clause[at - 1] and said.marks[at] != ","
