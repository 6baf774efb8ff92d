"""What is denied in what was said, by the lists of ``reading.toml``."""

from collections.abc import Collection, Iterator
from itertools import pairwise

from voice_skill.understand.ages import TENS, UNITS
from voice_skill.understand.concepts import Span
from voice_skill.understand.plain_words import LACKED
from voice_skill.understand.said import ANSWERS, FINITE, NAYS, NOTS, OPENS, SAYING, VERBS, YESES, Said
from voice_skill.understand.when import PAST

POSITIVE = frozenset(
    "a an some really very bad severe terrible awful horrible sudden my now got it its having this i he she crushing "
    "massive sharp with but just there me intense tearing worst worse someone somebody everyone both whole".split()
)
"""Words that begin something affirmed after "and" or a comma ("no fever and a tight chest")."""
SHORT = NAYS | frozenset("none nil negative never not".split())
TOLD = (FINITE | YESES | {"i", "my", "but", "can", "could"}) - {"have", "had"}
"""Words that a mere list of what was asked about has not ("fever no chills no")."""
TELLING = FINITE | ANSWERS | {"i", "my", "not"}
"""Words that what is only named has not."""
NAMING = frozenset("my the as for about regarding with".split())
"""Words with which what is only named may begin."""
GO_ON = frozenset("and or nor but only just so".split())
"""Words after which a denial that stands behind what it denies goes on to something else."""
PAIRING = ("neither", "nor")
OF_ONE = frozenset("my me his her".split())
AGAIN = ("but", "and")
"""Words with which something new begins right behind a "not" ("they are not and I can't pee")."""
BEFORE = frozenset("and though although but because cos".split())
"""Words before a "no" that stands for what follows."""
LISTING = frozenset("or nor no not just only none any".split())
"""Words of a list of what is denied, or of what is left after it."""
DID = PAST | set("spat swallowed tumbled slid vomited peed wet sicked not can never".split())
"""Words with which one goes on to tell what one did."""
NUMBERS = UNITS.keys() | TENS.keys()
NEARLY = ("nearly", "almost")
PERSONS = frozenset("i he she we they".split())
"""Words with which somebody begins to tell: no list goes on with one."""
UNABLE = (["can", "not"], ["could", "not"])
GOING_ON = frozenset("so is does".split())
"""Words with which one goes on after a list of answers ("fever no chills no so is ...")."""
NOT_SO = frozenset("is was are were no".split())
"""Words before a "not" that something else may stand for: "haven't any ..." begins a list."""
COMPARED = frozenset("now this today tonight it".split())
"""Words after "never ... like", which is said of something there now."""
ANYTHING = frozenset("anything nothing things".split())
"""Words before a "like" that compares with nothing there now ("never had anything like this")."""
LONGEST_OF_LIST = 4
"""Words of one thing in a list that is denied."""
SOME = frozenset("a an some".split())
BEING_NOW = frozenset({"was", "am"})
TIMES = frozenset("day while week month year minute second time moment bit few".split())
"""Words after an "a" that tell for how long ("no fever a day in my life")."""
LINKS = (LISTING | BEING_NOW).union(
    "and of in on at to from with for by like as than into over up down off out round through about such what many "
    "have has had having got get is are be been do did does feel felt the a an my his her quite half even ever much so "
    "called too both all took take taken need want see seen were made make being that which but more".split()
)
"""Words that go on with what is being named."""
GOES = frozenset("go goes going run runs running spread spreads spreading wrap wraps come comes travel travels".split())
"""What pain may do, and how: "it doesn't go round like a belt" denies the belt too."""
TELLERS_OF_SELF = frozenset("i my the there it".split())
TELLS = VERBS | FINITE | PAST
NEAR = 4
"""Words within which it is told what a part of the body does."""
FEW = 6
"""Words within which it is told what is, by somebody who tells of themselves."""
REACH = 6
"""Words between two "not"s that cancel each other ("I can't say I don't ...")."""


def denied_in(said: Said, own: Collection[int]) -> set[int]:
    """The words that are denied. A "not" at one of the places ``own`` belongs to a symptom ("can not breathe")."""
    denied: set[int] = set()
    open_at = _denials(said, own)
    turns = {start for name in ("turns", "soft_turns") for start, _ in said.spans(name)}
    for start, end in open_at:
        scope = _scope(said, end, turns, own)
        if not _not_quite(said, start, scope):
            # "Nothing sudden" denies by its second word.
            denied.update(scope, range(start + 1, end))
    for start, end in said.ending("denied_after"):
        # "... and no I haven't had a drop" denies what follows.
        alone = said.before(start) not in BEFORE or end == len(said.words) or bool(said.marks[end])
        stands = alone and not any(at in own for at in range(start, end)) and not _is_stressed(said, start, own)
        if stands and said.before(start) != "or" and not _answers_next(said, start, end):
            # "Chest pain yes, fever no": what was affirmed stays so, and what has a "no" of its own needs none.
            before = max((at for at in range(start - 1) if said.words[at] in ANSWERS), default=-1)
            denied.update(at for at in range(before + 1, start) if said.clause[at] == said.clause[start])
    # "Blood in the urine, never" is answered in one word.
    short = ((at, at + 1) for at in range(1, len(said.words)) if said.words[at] in SHORT and _is_alone(said, at))
    for start, end in (*said.spans("answered_no"), *short):
        ends = end == len(said.words) or said.clause[end] != said.clause[start] or said.words[end] in GO_ON
        # "I said it was okay but I'm not" takes back what was well.
        well = said.before(start) == "but" and said.says("well", {said.clause[start - 1]})
        if ends and start not in own and not well:
            denied.update(_named_before(said, start, own))
    denied.update(_answered_no(said, turns, own))
    return denied


def _denials(said: Said, own: Collection[int]) -> list[Span]:
    """Each "not" that denies what follows; two that cancel each other are left out."""
    innocent = said.spans("no_denial")
    # "I said no, ..." goes on with something else.
    answered = {end for _, end in said.ending("told_no")}
    # "I haven't no feeling" has none.
    found = [
        span
        for span in said.spans("negations")
        if span[0] not in own
        and span[1] not in own
        and span[1] not in answered
        and not _is_compared(said, span[0])
        and not _is_needed(said, span[0])
        and not _is_of_number(said, span[0])
        and not any(start <= span[0] < end and span[1] <= max(end, span[0] + 1) for start, end in innocent)
    ]
    cancelled: set[Span] = set()
    for first, then in pairwise(found):
        between = said.words[first[1] : then[0]]
        parted = any(said.marks[first[1] : then[0] + 1])
        if len(between) <= REACH and not parted and SAYING.intersection(between) and first not in cancelled:
            cancelled |= {first, then}
    return [span for span in found if span not in cancelled]


def _is_compared(said: Said, at: int) -> bool:
    """Whether a "never" compares with what is there now ("never once went grey with it like now")."""
    if said.words[at] != "never":
        return False
    likes = (place for place in range(at, len(said.words) - 1) if said.words[place] == "like")
    return any(said.words[place + 1] in COMPARED and said.words[place - 1] not in ANYTHING for place in likes)


def _is_needed(said: Said, at: int) -> bool:
    """Whether a "without" tells what one can not help ("I couldn't cross the kitchen without gasping")."""
    if said.words[at] != "without":
        return False
    start = said.clause.index(said.clause[at])
    return any(said.words[place : place + 2] in UNABLE for place in range(start, at))


def _is_of_number(said: Said, at: int) -> bool:
    """Whether a "no" only corrects a number ("I'm four, no, five months pregnant")."""
    inside = 0 < at < len(said.words) - 1
    return inside and said.words[at] == "no" and NUMBERS.issuperset((said.before(at), said.words[at + 1]))


def _scope(said: Said, start: int, turns: Collection[int], own: Collection[int]) -> range:
    for at in range(start, len(said.words)):
        after = said.words[at + 1] if at + 1 < len(said.words) else ""
        new = said.clause[at] != said.clause[at - 1]
        # "Wouldn't say tight, more strapped in"; what has a "no" of its own needs none from before.
        if new and (said.words[at] == "more" or said.words[at] in NOTS):
            return range(start, at)
        # "No itching, no feeling at all": the second is a symptom, though nothing parts them.
        if at in own and said.words[at] == said.before(start) == "no" and after in LACKED:
            return range(start, at)
        # "Not like a knife" is denied; "no, just a tightness" is not.
        # "Neither my arms nor my legs" is one thing.
        paired = said.before(start) in PAIRING and said.words[at] in OF_ONE and not said.marks[at]
        goes_on = (not new and said.words[at] not in AGAIN) or paired
        if at == start and goes_on and said.before(start) not in ANSWERS:
            continue
        if (
            (at in turns and not _tells_how(said, start, at))
            or _tells_anew(said, start, at)
            or _is_though(said, start, at)
            or _opens_anew(said, start, at)
            or (new and (not _listed(said, at) or _corrects(said, start, at) or _is_last_of_row(said, start, at)))
            or (said.words[at] == "and" and after in POSITIVE)
        ):
            return range(start, at)
    return range(start, len(said.words))


def _tells_how(said: Said, start: int, at: int) -> bool:
    """Whether a "like" only tells how something goes that does not ("doesn't go round to the front like a belt")."""
    denied = said.words[start:at]
    goes = not GOES.isdisjoint(denied) and (PAST | FINITE).isdisjoint(denied)
    return said.words[at] == "like" and not said.marks[at] and goes


def _tells_anew(said: Said, start: int, at: int) -> bool:
    """Whether somebody who denied having a thing goes on with what they did ("I've no headache and fell off ...")."""
    thing = said.before(start) == "no" or said.words[start] in ("have", "got", "get")
    return thing and said.words[at] == "and" and not DID.isdisjoint(said.words[at + 1 : at + 2])


def _is_though(said: Said, start: int, at: int) -> bool:
    """Whether the last of what follows a denial is told after all ("no fever nearly keeled over though")."""
    word, before = said.words[at], said.before(at)
    though = said.words[-1] == "though" or said.words[-2:] == ["mind", "you"]
    told = word in DID or word in NEARLY or word.endswith(("ing", "ed"))
    return though and told and at > start and before not in LINKS and LISTING.isdisjoint(said.words[at:])


def _opens_anew(said: Said, start: int, at: int) -> bool:
    """Whether something new is named, though nothing parts it from what is denied ("no fever bit of blood")."""
    before, word = said.before(at), said.words[at]
    if at == start or before in LINKS or before.endswith("ing") or {"or", "nor"}.intersection(said.words[at:]):
        return False
    after = said.words[at + 1 : at + 2]
    if word in BEING_NOW:
        return bool(after) and after[0].endswith("ing") and before not in PERSONS
    if word == "the":
        return not VERBS.isdisjoint(said.words[at + 2 : at + 4])
    return (word in SOME and bool(after) and after[0] not in TIMES) or [word, *after] == ["bit", "of"]


def _corrects(said: Said, start: int, at: int) -> bool:
    """Whether the last of what was said stands for what is denied before it ("not pain, pressure")."""
    bare = start == 1 or said.words[start - 2] in NOT_SO or said.words[start] in SAYING
    first = said.clause[at] == said.clause[start] + 1
    return said.before(start) == "not" and bare and first and LISTING.isdisjoint(said.words[at:])


def _is_last_of_row(said: Said, start: int, at: int) -> bool:
    """Whether each thing before had a "no" of its own, and this has none ("no cough, no fever, clammy")."""
    number = said.clause[start - 1]
    opens = said.clause.index(number)
    row = number > 0 and said.words[opens] in NOTS and said.words[said.clause.index(number - 1)] in NOTS
    return row and said.clause[at] == number + 1 and LISTING.isdisjoint(said.words[at:])


def _answers_next(said: Said, start: int, end: int) -> bool:
    """Whether a "no" after what somebody tells of themselves begins the next ("I've fainted no I haven't fallen")."""
    first = said.clause.index(said.clause[start])
    first += said.words[first] == "and"
    tells = said.words[first] in TELLERS_OF_SELF and not TELLS.isdisjoint(said.words[first : first + FEW])
    return tells and said.words[start] in NAYS and end < len(said.words)


def _is_stressed(said: Said, start: int, own: Collection[int]) -> bool:
    """Whether a "not at all" only stresses what can not be done ("I can't feel the seat, not at all")."""
    stressing = said.words[start : start + 2] in (["not", "at"], ["not", "one"])
    return stressing and any(said.clause[at] == said.clause[start] for at in own if at < start)


def _not_quite(said: Said, start: int, scope: range) -> bool:
    """Whether it is not so *as such*: then something like it is so."""
    return any(
        scope.start - 2 <= place < min(scope.stop + 1, scope.start + REACH)
        for place, _ in said.spans("not_quite")
        if place >= start
    )


def _answered_no(said: Said, turns: Collection[int], own: Collection[int]) -> Iterator[int]:
    """What is asked and answered with no by the same person ("Fever? No.", "fever no chills no")."""
    nays = [at for at, word in enumerate(said.words) if word in NAYS and at not in own]
    # One answer alone may be a misheard "now" or "not": "chest pain no so bad".
    ends = len(said.words) - 1
    last = max((at for at in nays if at == ends or (at > nays[0] and said.words[at + 1] in GOING_ON)), default=0)
    if last and not TOLD.intersection(said.words[:last]):
        yield from range(last)
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
            yield from range(_asked_from(said, at), at)


def _asked_from(said: Said, end: int) -> int:
    """Where the question that ends at ``end`` begins, behind what is told before it ("I feel ill and fever? no")."""
    first = said.clause.index(said.clause[end - 1])
    joined = (at for at in range(first, end) if said.words[at] == "and" and not VERBS.isdisjoint(said.words[first:at]))
    return max(joined, default=first)


def _named_before(said: Said, start: int, own: Collection[int]) -> range:
    """What is named, and told of nobody, before an answer at ``start`` ("fever, that is a no")."""
    words = said.words
    told = (at for at in range(start - 1, -1, -1) if words[at] in TELLING)
    begin = next(told, -1) + 1
    # "Nope, bottom's numb, nope" names nothing, it tells.
    tells = begin and (words[begin - 1] in FINITE or (words[begin - 1] in PERSONS and _is_told(words[begin])))
    if tells and said.clause[begin - 1] == said.clause[start - 1]:
        return range(0)
    number, opens = said.clause[begin], said.clause.index(said.clause[begin])
    own_not = any(opens <= at < begin for at in own)
    if own_not and number == said.clause[start - 1]:
        return range(0)
    # "I can't feel my feet and that band, I don't have it": the feet are told of.
    if own_not or (opens < begin and number != said.clause[start - 1] and _is_of_self(said, opens)):
        begin = said.clause.index(number + 1)
    # "As for my chest" only names it.
    while begin and words[begin - 1] in NAMING:
        begin -= 1
    # What one should have and has not is a symptom ("breath I have not").
    lacked = any(words[at] in LACKED and words[at - 1] != "of" for at in range(begin, start))
    return range(0) if lacked else range(begin, start)


def _is_of_self(said: Said, opens: int) -> bool:
    """Whether somebody tells of themselves in the clause that ``opens`` here."""
    words = said.words[opens : opens + NEAR]
    return words[0] in ("i", "there") or (words[0] == "my" and not VERBS.isdisjoint(words))


def _is_told(word: str) -> bool:
    """Whether it is what somebody does or did."""
    return word in TELLS or word.endswith("ed")


def _is_alone(said: Said, at: int) -> bool:
    """Whether a word is a clause of its own, between marks or at an end."""
    return bool(said.marks[at]) and (at + 1 == len(said.words) or bool(said.marks[at + 1]))


def _listed(said: Said, at: int) -> bool:
    """Whether the clause that begins here goes on with a list ("no fever, chest pain or rash")."""
    if said.marks[at] != ",":
        return False
    end = next((place for place in range(at + 1, len(said.words)) if _ends_list(said, place)), len(said.words))
    rest = said.words[at:end]
    if (
        rest[0] in OPENS
        or rest[0] in PERSONS
        or FINITE.intersection(rest)
        or any(start == at for start, _ in said.spans("others"))
    ):
        return False
    short = said.clause[at:end].count(said.clause[at]) <= LONGEST_OF_LIST
    return (short and rest[0] not in POSITIVE) or bool({"or", "nor"}.intersection(rest))


def _ends_list(said: Said, at: int) -> bool:
    return said.clause[at] != said.clause[at - 1] and said.marks[at] != ","
