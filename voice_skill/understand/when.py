"""When it was: now, or long ago and over."""

from collections.abc import Collection, Iterable, Iterator
from itertools import takewhile

from voice_skill.understand.concepts import Span
from voice_skill.understand.said import FINITE, OPENS, TELLERS, Said

PRESENT = frozenset("am is are has have having gets getting hurts aches burns feels feel keeps keep".split())
NOW = PRESENT - {"having", "getting"} | {"can", "will", "want", "wants"}
THEN = frozenset("had was were did could remember remembers".split())
NEAR = 4
"""Words before a sign that tell when it is."""
PAST = frozenset(
    "had was were went got fell came did could took thought lost broke hit knocked fainted passed collapsed used "
    "kept gave coughed dropped threw felt crashed hurt woke slipped blacked slid left".split()
)
MENDED = frozenset(
    "finished ended recovered passed eased lasted stopped vanished disappeared cured healed fixed sorted treated "
    "settled cleared happened diagnosed went was were had".split()
)
"""Verbs that tell of what was told before."""
SPANS = frozenset("day week month year afternoon evening night morning summer winter season".split())
IT = frozenset("it that this they them these those same".split())
AT_IT = frozenset("now at on home coaching playing teaching driving working running cycling dancing".split())
"""Words after "he is back" that tell that he is well."""
PLACED = frozenset("on in at off under".split())
"""Words before where somebody is ("on the sofa"), which tells of no ordinary back."""
ONLY = frozenset({"just", "only", "merely", "purely", "ordinary", "plain", "usual"})
SHORT = 4
"""Letters of a word in which "ed" need not be an ending ("need", "bed")."""
COULD_NOT = (["could", "not"], ["did", "not"])
"""Words that make the next one past ("I could not feel my toes")."""
DENIED_TOGETHER = (
    frozenset("happened happen came come felt ever had have got been once seen needed a another one".split()) | IT
)
"""What stands between a "not" and what it denies ("never had them again")."""
LOST = frozenset("sight eyesight vision speech voice hearing memory".split())
"""What comes back when one is well again."""
FEW = 3
"""At most so many of them."""


def is_back(said: Said) -> bool:
    """Whether something long past is told to be there again, or something supposed to be so after all."""
    if is_so_after_all(said):
        return True
    # "He is back at work" tells of no illness.
    elsewhere = (["at"], ["to"])
    back = (end for _, end in again(said) if said.words[end : end + 1] not in elsewhere)
    return said.says("distance") and any(back)


def is_so_after_all(said: Said) -> bool:
    """Whether something that was supposed, asked about or denied is told to be so ("... and I just have")."""
    return said.says("after_all") or any(said.ending("and_so_it_is"))


def again(said: Said) -> Iterator[Span]:
    """Where it is told to be there again; not "never came back", nor "my speech came back fully"."""
    over = said.covered("mended")
    for start, end in said.spans("again"):
        between = takewhile(DENIED_TOGETHER.__contains__, reversed(said.words[max(0, start - FEW) : start]))
        before = start - 1 - len(list(between))
        denied = before >= 0 and said.words[before] in ("never", "not")
        # "Back in the saddle the same week" is of then.
        then = said.words[end : end + 1] and said.words[end] in SPANS
        # "He is back now" tells that he is well.
        himself = said.before(start) in ("he", "she", "they") and said.words[end - 1] == "back"
        well = himself and (end == len(said.words) or said.words[end] in AT_IT)
        # "I lost my speech and it came back": that is over.
        found = said.words[start:end] == ["came", "back"] and not LOST.isdisjoint(said.words[:start])
        if not denied and not then and not well and not found and not over.issuperset(range(start, end)):
            yield start, end


def is_narrated(said: Said, spans: Collection[Span]) -> bool:
    """Whether it is told in a story of long ago: from what dates it to the sign, all is told as having been."""
    clauses = {said.clause[start] for start, _ in spans}
    if any(again(said)) or not (_is_told_as_past(said, clauses) or _is_tail(said, clauses)):
        return False
    for at, _ in said.spans("distance"):
        dated = said.clause[at]
        between = set(range(min(dated, *clauses), max(dated, *clauses) + 1))
        words = said.of(between)
        if PRESENT.isdisjoint(words) and "but" not in words and not said.says("live", between):
            return True
    return False


def _is_told_as_past(said: Said, clauses: Collection[int]) -> bool:
    """Whether clauses tell what was ("... and my face drooped")."""
    return any(word in PAST or (len(word) > SHORT and word.endswith("ed")) for word in said.of(clauses))


def _is_tail(said: Said, clauses: Collection[int]) -> bool:
    """Whether a clause only goes on with an illness told before it ("I had jaundice, yellow as a lemon ...")."""
    first = min(clauses)
    own = said.of(clauses)
    before = {first - 1}
    return (
        (TELLERS | FINITE | PRESENT | OPENS | {"and"}).isdisjoint(own)
        and not PAST.isdisjoint(said.of(before))
        and said.says("ailing", before)
    )


def is_past(said: Said, spans: Collection[Span], busy: Collection[int], others: bool) -> bool:
    """Whether it is told as long past, in its own clause or in one beside it that is about nothing else."""
    clauses = {said.clause[start] for start, _ in spans}
    parts = {said.clause[start] for start in _beyond_distance(said, said.spans("sites"))}
    beside = set(_beside(said, clauses, parts.union(busy)))
    # "I retired ten years ago, my chest got tight" is not ten years old; of somebody else it is, but for "has".
    if not others or said.says("present", clauses):
        beside = {number for number in beside if not _has_subject(said, number)}
    # "It was fine last year but I've got chest pain" is of now.
    if not NOW.isdisjoint(said.of(clauses)):
        beside = {number for number in beside if number > min(clauses) or not _is_story(said, number)}
    dated = said.within("distance", clauses | beside)
    if _is_told_now(said, spans):
        first, over = min(start for start, _ in spans), said.covered("mended")
        dated = (date for date in dated if (date[0] > first and date[0] in over) or _is_led_by(said, date, first))
    if any(not _is_apart(said, span, spans, others) for span in dated) and not lives(said, clauses):
        return True
    return _is_mended(said, spans, busy)


def _is_told_now(said: Said, spans: Collection[Span]) -> bool:
    """Whether a sign is told as of now ("my legs have gone numb"): a date after it is that of something else."""
    first, last = min(start for start, _ in spans), max(end for _, end in spans)
    clause = said.clause[first]
    words = [said.words[at] for at in range(max(0, first - NEAR), last) if said.clause[at] == clause]
    dated = any(first <= start < last for start, _ in said.spans("distance"))
    return not dated and not NOW.isdisjoint(words) and THEN.isdisjoint(words)


def _is_led_by(said: Said, date: Span, first: int) -> bool:
    """Whether a date stands before a sign in the same clause, and nothing new begins between them."""
    return date[0] < first and said.clause[date[0]] == said.clause[first] and "but" not in said.words[date[1] : first]


def _is_apart(said: Said, date: Span, spans: Collection[Span], others: bool) -> bool:
    """Whether the date is of something else ("I used to play rugby and my chest feels tight", all in one clause).

    Of ``others`` only a "but" tells it.
    """
    first = min(start for start, _ in spans)
    joins = ("but",) if others else ("and", "but")
    joined = max((at for at in range(date[1], first) if said.words[at] in joins), default=None)
    if joined is None or said.clause[date[0]] != said.clause[first]:
        return False
    number = said.clause[first]
    before = said.words[joined] == "and" and any(start < joined for start, _ in said.within("ailing", {number}))
    rest = [word for at, word in enumerate(said.words) if said.clause[at] == number and at > joined]
    return not before and PAST.isdisjoint(rest) and not any(word.endswith("ed") for word in rest)


def _beside(said: Said, clauses: Collection[int], shut: Collection[int]) -> Iterator[int]:
    """The clauses beside ``clauses``, none of those ``shut``; behind one that tells of nobody, the next as well."""
    for number in clauses:
        for step in (-1, 1):
            place = number + step
            while 0 <= place <= said.last and place not in shut:
                yield place
                tells = not (TELLERS | FINITE).isdisjoint(_undated_words(said, place))
                if tells or not PRESENT.isdisjoint(said.of(clauses)):
                    break
                place += step


def _is_story(said: Said, number: int) -> bool:
    """Whether the date in a clause is that of something else, told in it."""
    return not FINITE.isdisjoint(said.of({number})) or _is_told_as_past(said, {number})


def _has_subject(said: Said, number: int) -> bool:
    """Whether a clause tells something of somebody, beside how long ago it was ("packed it in ages ago")."""
    words = _undated_words(said, number)
    did = words[:1] and (words[0] in PAST or words[0].endswith("ed")) and words[0] not in MENDED
    return bool(did) or not TELLERS.isdisjoint(words)


def _undated_words(said: Said, number: int) -> list[str]:
    """The words of a clause beside those that tell how long ago it was, or that it is over."""
    dating = said.covered("distance") | said.covered("mended")
    return [word for at, word in enumerate(said.words) if said.clause[at] == number and at not in dating]


def _is_mended(said: Said, spans: Collection[Span], busy: Collection[int]) -> bool:
    """Whether all of it is told as long past, and then as over ("in the eighties ..., it healed up lovely")."""
    clauses = {said.clause[start] for start, _ in spans}
    last = max(end for _, end in spans)
    over = [span for span in said.spans("mended") if span[0] >= last or said.clause[span[0]] > max(clauses)]
    past = any(said.clause[start] <= max(clauses) for start, _ in said.spans("distance"))
    if not over or not past or any(again(said)):
        return False
    done = {at for start, end in over for at in range(start, end)}
    told = (
        at
        for at, number in enumerate(said.clause)
        if number in clauses and at not in done and said.words[max(0, at - 2) : at] not in COULD_NOT
    )
    if NOW.intersection(said.words[at] for at in told):
        return False
    # "Long sorted, today it is only my posture" is of now, and of no danger.
    after = {said.clause[start] for start, _ in over}
    calm = {number for number in range(min(after) + 1, said.last + 1) if number not in busy and number not in after}
    live = said.spans("live")
    return all(start in done or said.clause[start] in calm for start, _ in live)


def _beyond_distance(said: Said, spans: Iterable[Span]) -> list[int]:
    """Where those of ``spans`` start that are not part of how long ago it was ("for weeks back in the eighties")."""
    distant = said.covered("distance")
    lasted = {start for start, _ in said.spans("distance")}
    return [
        start
        for start, end in spans
        if start not in distant and not (end in lasted and said.words[end - 1].rstrip("s") in SPANS)
    ]


def lives(said: Said, clauses: Collection[int]) -> bool:
    """Whether it still goes on, by its own clause or one that speaks of nothing else."""
    if any(again(said)):
        return True
    over = {end: said.clause[start] for start, end in said.spans("over")}
    done = set(over.values())
    elsewhere = {said.clause[start] for start, _ in said.spans("sites")} - set(clauses)
    mended = said.covered("mended")
    for start in _beyond_distance(said, said.spans("live")):
        number = said.clause[start]
        # "It was just acid" is of then.
        if start in mended or said.words[start - 1 : start + 1] == ["was", "just"]:
            continue
        if number in clauses or not (number in elsewhere or number in done or _is_ordinary(said, number)):
            return number not in done or start not in over
    return False


def _is_ordinary(said: Said, number: int) -> bool:
    """Whether a clause tells of an ordinary back and nothing more ("now it is just my posture")."""
    words = set(said.of({number}))
    # "Now it is in my back" may be what was in the chest years ago; "now it is a stiff back" is something else.
    told = not ONLY.isdisjoint(words) or IT.isdisjoint(words) or "a" in words
    ordinary = said.covered("ordinary")
    elsewhere = any(start not in ordinary for start, _ in said.within("sites", {number}))
    told_of = (start for start, _ in said.within("ordinary", {number}))
    return told and not elsewhere and any(PLACED.isdisjoint(said.words[max(0, at - 2) : at]) for at in told_of)
