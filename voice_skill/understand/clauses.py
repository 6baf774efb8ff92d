"""What was said, cut into clauses."""

from collections.abc import Mapping, Sequence

from voice_skill.understand.concepts import Concepts, Tags
from voice_skill.understand.said import ANSWERS, FINITE, NOTS, OPENS, SUBJECTS, TELLERS, VERBS, Said
from voice_skill.understand.when import NOW

OPENERS = SUBJECTS | set("today tonight yesterday nowadays lately when".split())
"""Words with which a clause begins after "and", "so" or "then"."""
AFTER_BUT = TELLERS | {"this", "today", "tonight"}
PRONOUNS = frozenset("i he she it they we there this that".split())
DOING = frozenset("i we they it he she this".split())
"""Pronouns after which any verb begins a clause, though nothing parts it from what stands before."""
DONE = frozenset("hit cut tore began begun ran shot sat stood fell broke hurt caught spread burst sent drove".split())
LONG = 3
"""Letters of a word that may be a verb by its ending."""
OWNERS = frozenset("my me his her our their the your".split())
JOINERS = frozenset("and then so plus also an".split())
GUARDS = frozenset(
    "think believe say saying said sure if that like what feel reckon mean claim swear thought because when while as "
    "whenever where after before until than how why whether once though who which unless cause cos since except would "
    "time case suppose could should can do does did is are am was were have had".split()
)
"""Words after which a subject begins no clause of its own ("I don't think it is ...", "when I walk", "can I ...")."""
ENDED = (["like", "that"], ["of", "that"], ["at", "all"])
"""Words with which a denial comes to its end."""
ADVERBS = frozenset(
    "once really honestly actually still also suddenly literally definitely simply genuinely truly".split()
)
"""Words between who does something and what they do ("this isn't one I really can't get air in")."""
QUESTIONS = frozenset("what why which how".split())
PERSONS = frozenset("i he she".split())
ASKED = frozenset("did do does am was have has".split())
"""Words with which a question begins ("my chest feels tight did I ...")."""
UNASKED = GUARDS | JOINERS | QUESTIONS | set("neither nor not never only where who or".split())
"""Words after which they begin none."""
TODAY = frozenset("today now tonight nowadays".split())
"""Words that begin a clause after what is long over ("I mended fully, today it is ...")."""
PLAIN_NO = ("nah", "nope")
"""Answers that are never part of what follows, as "no" may be."""
ASKING = frozenset(
    "know knows no matter idea tell see sure and or but not explain wonder wondering understand me see".split()
)
"""Words after which a question word begins no question of its own ("I don't know why")."""
PREPOSITIONS = frozenset(
    "in of on off with from to into down up behind under between through across round around over at by for about near "
    "inside below above along onto against all both lift move feel hold control use bend and or".split()
)
ACHING = (["ache"], ["aches"], ["pain"], ["pains"], ["trouble"])
AT = ("at", "in")
MEASURED = frozenset("oxygen sats saturation saturations pulse rate heartbeat heartbeats sugar sugars pressure".split())
REACH = 5
"""Words before "in the eighties" within which it is told what was measured."""
BEING = frozenset("am is are be".split())
"""After one of these, "at school" and the like are no date."""
PAST_OF_ONE = (["had"], ["used"], ["was"], ["fell"], ["broke"], ["lost"], ["got"], ["came"])
"""How what somebody did or had begins."""
NEAR = 3
"""Words after somebody within which it is told what they did ("my grandpa in India had ...")."""
SHORTEST = 3
"""Words of a clause without a mark at its end ("and now it is ..." is one, not two)."""


def read(words: Sequence[str], marks: Sequence[str], concepts: Concepts) -> Said:
    """``words`` with their concepts and clauses."""
    said = Said(words, marks, _without_ago(words, marks, concepts), concepts.named)
    parts, people = dict(said.spans("sites")), dict(said.spans("others"))
    over = {end for name in ("distance", "mended", "over") for _, end in said.spans(name)}
    dates = dict(said.spans("distance"))
    number = began = 0
    for at in range(len(words)):
        # "No fever I am ...": what is denied is soon said.
        long = at - began >= SHORTEST or words[at - 1] in ANSWERS or words[began] in NOTS
        # "And years ago I ...": the date goes with what follows.
        long = long and not (words[began] == "and" and at in (dates.get(began + 1), dates.get(began + 2)))
        begins = long and (
            _begins(words, at)
            or _question_begins(words, at)
            or _part_begins(words, at, parts)
            or _joined_part_begins(words, at, parts)
            or _person_begins(words, at, people)
            or _date_begins(words, at, began, dates)
            or _is_answered(words, at)
            or _these_days_begin(words, at)
            or (at in over and words[at] in TODAY and not SUBJECTS.isdisjoint(words[at + 1 : at + 2]))
        )
        if at and (marks[at] or begins):
            number += 1
            began = at
        said.clause.append(number)
    return said


def _without_ago(words: Sequence[str], marks: Sequence[str], concepts: Concepts) -> Tags:
    """The tags of ``words`` without what only looks like long ago, or like a part of the body beside it."""
    tags, distance = concepts.tag(words), concepts.named["distance"]
    if distance not in tags:
        return tags
    # "A smoker forty years, back ache" is not years back.
    long_ago = [span for span in tags[distance] if not any(marks[span[0] + 1 : span[1]])]
    # "A smoker forty years back ache" is not either.
    long_ago = [span for span in long_ago if words[span[1] - 1] != "back" or words[span[1] : span[1] + 1] not in ACHING]
    # "On the way back" is none either.
    long_ago = [span for span in long_ago if words[span[0]] != "way" or OWNERS.isdisjoint(words[span[0] - 1 : span[0]])]
    # "My oxygen is in the eighties" tells no year.
    long_ago = [span for span in long_ago if not _is_measured(words, span[0])]
    # "Once the kids are at school" is to come.
    long_ago = [span for span in long_ago if words[span[0]] not in AT or BEING.isdisjoint(words[span[0] - 1 : span[0]])]
    # The "back" of "years back" is no part of the body.
    backs = {(at, at + 1) for start, end in long_ago for at in range(start, end) if words[at] == "back"}
    kept = {concept: [span for span in spans if span not in backs] for concept, spans in tags.items()}
    return {concept: spans for concept, spans in (kept | {distance: long_ago}).items() if spans}


def _is_measured(words: Sequence[str], at: int) -> bool:
    """Whether "in the eighties" is how much something is."""
    return words[at : at + 2] == ["in", "the"] and not MEASURED.isdisjoint(words[max(0, at - REACH) : at])


def _begins(words: Sequence[str], at: int) -> bool:
    """Whether a clause with a subject of its own begins here."""
    word, before = words[at], words[at - 1]
    after = words[at + 1] if at + 1 < len(words) else ""
    # "... or anything like that my chest ...", "not at all my legs ..." have come to their end.
    if words[max(0, at - 2) : at] in ENDED:
        before = ""
    if word in JOINERS:
        return after in OPENERS or words[at + 1 : at + 3] == ["can", "not"]
    if before in JOINERS or before in GUARDS:
        return False
    turned = before == "but" and word in AFTER_BUT
    if turned or word in PRONOUNS:
        if after in ADVERBS:
            after = words[at + 2] if at + 2 < len(words) else ""
        return turned or after in VERBS or (word in DOING and _is_done(after))
    if word in OWNERS and before not in PREPOSITIONS:
        near = words[at + 2 : at + 4]
        return bool(VERBS.intersection(near)) and not PRONOUNS.intersection(near[:1])
    return False


def _question_begins(words: Sequence[str], at: int) -> bool:
    """Whether something is asked here, or told to have been asked ("my chest feels tight did I ...")."""
    word, before = words[at], words[at - 1]
    after = words[at + 1] if at + 1 < len(words) else ""
    if word in QUESTIONS:
        return before not in ASKING and before not in GUARDS and before not in PREPOSITIONS
    if word == "you":
        return after in ("asked", "said", "mentioned")
    return word in ASKED and after in PERSONS and before not in UNASKED


def _these_days_begin(words: Sequence[str], at: int) -> bool:
    """Whether it is told here how it is nowadays ("it was acid these days I only get ...")."""
    these_days = words[at] == "nowadays" or words[at : at + 2] == ["these", "days"]
    return these_days and not PRONOUNS.isdisjoint(words[at + 1 : at + 3])


def _is_done(word: str) -> bool:
    """Whether it looks like what something does or did ("runs", "grabbed")."""
    return word in DONE or (len(word) > LONG and word.endswith(("s", "ed")) and not word.endswith(("ss", "us")))


def _is_answered(words: Sequence[str], at: int) -> bool:
    """Whether an answer ends here ("that is a no", "the answer is no", "no do I ...", "no the pain runs ...")."""
    if words[at - 1] not in ANSWERS or words[at] in PREPOSITIONS:
        return False
    if words[at - 1] in PLAIN_NO:
        return True
    if words[at] == "the" and (words[at + 2 : at + 3] and (words[at + 2] in VERBS or _is_done(words[at + 2]))):
        return True
    whole = words[at - 2 : at - 1] == ["a"] or words[at - 3 : at - 1] == ["answer", "is"]
    return whole or (words[at] in OPENS and bool(SUBJECTS.intersection(words[at + 1 : at + 2])))


def _part_begins(words: Sequence[str], at: int, parts: Mapping[int, int]) -> bool:
    """Whether a part of the body is said to do something of its own ("no fever legs are weak")."""
    end = parts.get(at)
    if end is None or end >= len(words) or words[end] not in FINITE:
        return False
    before = words[at - 1]
    return before not in PREPOSITIONS and before not in GUARDS and before not in OWNERS and before not in JOINERS


def _joined_part_begins(words: Sequence[str], at: int, parts: Mapping[int, int]) -> bool:
    """The same after "and" ("... and legs are weak")."""
    end = parts.get(at + 1, len(words))
    return words[at] == "and" and end < len(words) and words[end] in FINITE


def _person_begins(words: Sequence[str], at: int, people: Mapping[int, int]) -> bool:
    """Whether somebody else is told to do something ("and dad is ...", "and a man has ...", "my dad's burning")."""
    if words[at] in OWNERS and not GUARDS.union(PREPOSITIONS, JOINERS).intersection(words[at - 1 : at]):
        end = people.get(at + 1, len(words))
        near = words[end : end + NEAR]
        return any(word in FINITE or _is_done(word) for word in near) or any(w.endswith("ing") for w in near[:1])
    if words[at] != "and":
        return False
    new = words[at + 1 : at + 2] == ["a"]
    end = people.get(at + 1 + new, len(words))
    return end < len(words) and (new or words[end] in FINITE or words[end] in VERBS or words[end].endswith("ing"))


def _date_begins(words: Sequence[str], at: int, began: int, dates: Mapping[int, int]) -> bool:
    """Whether a story of long ago begins here ("and in my twenties I was ...", "is numb and had polio as a kid")."""
    if words[at] != "and":
        return False
    ends = [dates[start] for start in (at + 1, at + 2) if start in dates]
    if any(not PRONOUNS.union(OWNERS, QUESTIONS).isdisjoint(words[end : end + 1]) for end in ends):
        return True
    dated = any(start in dates for start in range(at + 1, at + NEAR + 2))
    told = words[at + 1 : at + 2] in PAST_OF_ONE and not NOW.isdisjoint(words[began:at])
    return dated and told
