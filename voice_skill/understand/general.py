"""Whether danger is told, or only asked about, supposed or read of."""

from collections.abc import Collection, Sequence
from itertools import accumulate

from voice_skill.understand.plain_words import DENYING
from voice_skill.understand.said import FINITE, Said
from voice_skill.understand.when import PRESENT, again, is_so_after_all
from voice_skill.understand.whose import OWNED

MOVES = PRESENT | set("will can goes comes runs shoots spreads moves travels radiates creeps".split())
OWN_STORY = frozenset({"i", "my", "me", "mine"})
READING = (["i", "am", "reading"], ["i", "was", "reading"], ["i", "am", "watching"], ["i", "was", "watching"])
ENDS = ("?", ".", "!")
SUPPOSING = frozenset("if when should would could can do does must ever whether suppose supposing".split())
NOT_TOLD_AFTER = SUPPOSING | set("say says that of".split())
"""Words after which what a part of the body does is not told but spoken of ("when people say the pain runs ...")."""
PARTS = (["half", "of"], ["side", "of"], ["part", "of"])
MAKING = ("make", "makes", "making", "made")
"""Words before a "me" that tell of now ("can a bad chair do this and make me cough up blood too")."""
NOT_SO = [[word, "not"] for word in DENYING]
"""Words with which all that was supposed is denied ("... and they are not")."""


def is_general(said: Said, clauses: Collection[int], start: int) -> bool:
    """Whether the danger told from ``start`` is asked about: a question without a person, or a condition."""
    if is_so_after_all(said):
        return False
    # "As if somebody ..." supposes nothing.
    supposed = (at for at, _ in said.within("conditional", clauses) if said.before(at) != "as")
    if any(at <= start for at in supposed):
        return True
    if said.says("self_words", clauses) or said.says("live", clauses):
        return False
    # "Is walking good but came off the bike": the question has ended.
    if "but" in said.words[said.clause.index(min(clauses)) : start]:
        return False
    return asks(said, min(clauses)) or asks(said, 0)


def is_fiction(said: Said, clauses: Collection[int], start: int) -> bool:
    """Whether what is told from ``start`` is of a book or a film, named before it ("in the book the hero ...")."""
    for at, end in said.spans("fiction"):
        # "I was in the play and I collapsed on the stage" is no play; "the book I am reading" is one.
        after = end + 3 if said.words[end : end + 3] in READING else end
        # "In the soap a few weeks ago the barman ..." tells no more before the barman than when it was.
        dating = said.covered("live") | said.covered("distance")
        while after < len(said.words) and (after in dating or said.words[after] in ("a", "ago")):
            after += 1
        begins = after < len(said.words) and said.clause[after] == min(clauses)
        own = any(
            said.words[place] in OWN_STORY and said.clause[place] in clauses for place in range(after, len(said.words))
        )
        if at <= start and (said.clause[at] in clauses or begins) and not own:
            return True
    return False


def is_surely_general(said: Said) -> bool:
    """Whether all of it is a question out of interest ("what does it mean when people say ..."), or supposed."""
    asking = said.covered("surely_general")
    now = (at for at, end in said.spans("live") if said.words[at] != "just" and not _turns_to_ask(said, at, end))
    if not asking or any(again(said)) or any(at not in asking for at in now):
        return False
    # "I'd tell you if my legs were weak and they are not" tells nothing.
    supposed = any(said.words[start] in ("i", "would") for start, _ in said.spans("surely_general"))
    told = any(
        _tells_at(said.words, at) and not (supposed and said.words[at + 1 : at + 3] in NOT_SO)
        for at in range(len(said.words))
        if at not in asking
    )
    return not told and not _after_question(said)


def _turns_to_ask(said: Said, at: int, end: int) -> bool:
    """Whether a "now" only goes on to a question ("now how do I stretch my back")."""
    return said.words[at:end] == ["now"] and any(start == end for start, _ in said.spans("general_start"))


def is_told_apart(said: Said, clauses: Collection[int]) -> bool:
    """Whether ``clauses`` are a statement that a mark parts from the question ("worst pain ever. Why do ...")."""
    sentence = list(accumulate(bool(mark) for mark in said.marks))
    own = {number for number, clause in zip(sentence, said.clause, strict=True) if clause in clauses}
    asking = {sentence[start] for start, _ in said.spans("surely_general")}
    words = {word for word, number in zip(said.words, sentence, strict=True) if number in own}
    return own.isdisjoint(asking) and not FINITE.isdisjoint(words) and not asks(said, min(clauses))


def _after_question(said: Said) -> bool:
    """Whether something of one's own body is told after a question has ended ("... this? My jaw ...")."""
    ended = next((at for at, mark in enumerate(said.marks) if mark in ENDS), len(said.words))
    return "my" in said.words[ended:]


def _tells_at(words: Sequence[str], at: int) -> bool:
    """Whether somebody tells of themselves, or of one they look after, from this word on ("my legs have ...")."""
    if words[at] == "me":
        return words[at - 1] in MAKING
    if words[at] in ("i", "he", "she"):
        return at == 0 or words[at - 1] not in SUPPOSING
    if words[at] == "it":
        told = (at == 0 or words[at - 1] not in NOT_TOLD_AFTER) and not {"my", "me"}.isdisjoint(words[at:])
        moves = told and not MOVES.isdisjoint(words[at + 1 : at + 2])
        return moves or words[at + 1 : at + 2] in (["has"], ["did"], ["does"])
    if words[at : at + 2] == ["there", "is"]:
        supposed = at > 0 and words[at - 1] in NOT_TOLD_AFTER
        return not supposed and not {"my", "me"}.isdisjoint(words[at:])
    # "One half of my face has slid".
    parted = words[at - 2 : at] in PARTS
    owned = words[at] in OWNED and (at == 0 or words[at - 1] not in NOT_TOLD_AFTER or parted)
    return owned and not MOVES.isdisjoint(words[at + 1 : at + 4])


def asks(said: Said, clause: int) -> bool:
    """Whether the clause begins as a question does."""
    fillers = {start for start, _ in said.spans("fillers")}
    start = said.clause.index(clause)
    while start in fillers and start + 1 < len(said.words):
        start += 1
    after = said.words[start + 1 : start + 2]
    # "What comes out is like tar" asks nothing.
    if said.words[start] == "what" and after in (["comes"], ["came"]):
        return False
    asking = any(at == start for at, _ in said.spans("general_start"))
    # "Can't get the air down" asks nothing, nor does "cannot breathing".
    return asking and after not in (["not"], ["stopped"])
