"""Whose body, when, and whether it is only asked about."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate

from voice_skill.understand.ages import GROWN
from voice_skill.understand.clauses import FINITE, TELLERS, Said
from voice_skill.understand.concepts import Concepts, Span

OWN = frozenset({"back", "neck", "shoulder", "shoulders", "spine", "chest", "blades"})
OWNED = frozenset({"my", "our", "the", "her", "his"})
PRESENT = frozenset("am is are has have having gets getting hurts aches burns feels feel keeps keep".split())
MOVES = PRESENT | set("goes comes runs shoots spreads moves travels radiates creeps".split())
PAST = frozenset(
    "had was were went got fell came did could took thought lost broke hit knocked fainted passed collapsed used "
    "kept gave coughed dropped threw felt crashed hurt woke slipped blacked slid left".split()
)
OWN_STORY = frozenset({"i", "my", "me"})
READING = (["i", "am", "reading"], ["i", "was", "reading"], ["i", "am", "watching"], ["i", "was", "watching"])
ENDS = ("?", ".", "!")
NO = ("no", "not", "without")
AFTER_OBJECT = frozenset("and over off down in on so then now to up out badly yesterday today this".split())
SUPPOSING = frozenset("if when should would could can do does must ever whether suppose supposing".split())
NOT_TOLD_AFTER = SUPPOSING | set("say says that of".split())
"""Words after which what a part of the body does is not told but spoken of ("when people say the pain runs ...")."""
SPANS = frozenset("day week month year afternoon evening night morning summer winter season".split())
IT = frozenset("it that this they them these those same".split())
ONLY = frozenset({"just", "only", "merely", "purely"})
REMARK = frozenset("says say said told reckons thinks keeps".split())
"""What somebody says who need not be ill."""

COULD_NOT = (["could", "not"], ["did", "not"])
"""Words that make the next one past ("I could not feel my toes")."""
DENIED_TOGETHER = frozenset("ever had have got been once seen needed".split())
"""What stands between a "not" and what it denies ("never had another one")."""

LISTS = (
    "distance live again others history present children animals owners self_words my_body general_start conditional "
    "surely_general sites fillers their_trouble once over well ailing mended ordinary after_all fiction"
).split()


class Context:
    """Reads time, person and generality by the lists of ``reading.toml``, which are sets of ``concepts``."""

    def __init__(self, concepts: Concepts) -> None:
        self._list: Mapping[str, int] = {name: concepts.number(f"<{name}>") for name in LISTS}

    def _says(self, said: Said, name: str, clauses: Collection[int] | None = None) -> bool:
        return said.says(self._list[name], clauses)

    def person(self, said: Said, age: int | None) -> str:
        """``self``, ``other``, ``child`` or ``animal``."""
        if self._of_an_animal(said):
            return "animal"
        # "My grandson is four and I hurt my back when I lift him."
        of_a_child = self._says(said, "children") or _of_ones_child(said.words)
        spoken_of = of_a_child and self._own_back(said)
        if age is not None and age < GROWN and not spoken_of:
            return "child"
        if age is None and not spoken_of and self._of_a_child(said):
            return "child"
        return "other" if self._says(said, "others") and "i" not in said.words else "self"

    def _of_an_animal(self, said: Said) -> bool:
        """Whether only an animal is told to be ill: what it did to somebody is theirs."""
        if {"i", "me", "him", "them"}.intersection(said.words) or self._says(said, "my_body"):
            return False
        animals = said.tags.get(self._list["animals"], ())
        people = {end for name in ("others", "children") for _, end in said.tags.get(self._list[name], ())}
        # "Grandad's budgie" is no more than a budgie.
        if people.difference(start for start, _ in animals) or _done_to_her(said.words):
            return False
        return any(self._acts(said, start, end, people) for start, end in animals)

    @staticmethod
    def _acts(said: Said, start: int, end: int, people: Collection[int]) -> bool:
        """Whether an animal is somebody's, or does something."""
        before = said.words[max(0, start - 2) : start]
        owned = start in people or {"my", "our", "his", "her"}.intersection(before)
        acts = {"the", "a"}.intersection(before) and FINITE.intersection(said.words[end : end + 2])
        return bool(owned or acts) and "like" not in before

    def _own_back(self, said: Said) -> bool:
        """Whether a grown-up speaks of their own body, as in "my back aches when I lift my toddler"."""
        children = {start for start, _ in said.tags.get(self._list["children"], ())}
        mine = (at for at, word in enumerate(said.words) if word == "my" and at + 1 not in children)
        return any(not OWN.isdisjoint(said.words[at + 1 : at + 3]) for at in mine)

    def _of_a_child(self, said: Said) -> bool:
        """Whether a child is told to be ill or hurt, not only spoken of ("the kids are at school")."""
        ailing = {start for start, _ in said.tags.get(self._list["ailing"], ())}
        owners = {start for start, _ in said.tags.get(self._list["owners"], ())}
        for start, end in said.tags.get(self._list["children"], ()):
            if owners.isdisjoint(range(start - 3, start)):
                continue
            # What comes after "I" or "my" is the speaker's own.
            own = (at for at in range(end, len(said.words)) if said.words[at] in ("i", "me", "my", "we", "our"))
            stop = next(own, len(said.words))
            ills = [at for at in ailing if end <= at < stop and said.words[at - 1] not in NO]
            if ills and not (REMARK.intersection(said.words[end : end + 2]) and "his" not in said.words):
                return True
            if self._is_for(said, start, end, ailing):
                return True
        return False

    @staticmethod
    def _is_for(said: Said, start: int, end: int, ailing: Collection[int]) -> bool:
        """Whether the ill stands before a child, in words such as "a rash on my baby" or "medicine for my child"."""
        before = said.words[max(0, start - 3) : start]
        whose = {"for", "on", "in", "of"}.intersection(before)
        last = end == len(said.words) or said.clause[end] != said.clause[start] or said.words[end] in ("with", "who")
        return bool(whose) and last and any(said.clause[at] == said.clause[start] and at < start for at in ailing)

    def is_general(self, said: Said, clauses: Collection[int], start: int) -> bool:
        """Whether the danger told from ``start`` is asked about: a question without a person, or a condition."""
        if self._says(said, "after_all"):
            return False
        # "As if somebody ..." supposes nothing.
        supposed = (at for at, _ in said.within(self._list["conditional"], clauses) if said.words[at - 1] != "as")
        if any(at <= start for at in supposed):
            return True
        if self._says(said, "self_words", clauses) or self._says(said, "live", clauses):
            return False
        return self.asks(said, min(clauses)) or (self.asks(said, 0) and not self._after_question(said, clauses))

    def is_fiction(self, said: Said, clauses: Collection[int], start: int) -> bool:
        """Whether what is told from ``start`` is of a book or a film, named before it ("in the book the hero ...")."""
        for at, end in said.tags.get(self._list["fiction"], ()):
            # "I was in the play and I collapsed on the stage" is no play; "the book I am reading" is one.
            after = end + 3 if said.words[end : end + 3] in READING else end
            begins = after < len(said.words) and said.clause[after] == min(clauses)
            own = any(
                said.words[place] in OWN_STORY and said.clause[place] in clauses
                for place in range(after, len(said.words))
            )
            if at <= start and (said.clause[at] in clauses or begins) and not own:
                return True
        return False

    def is_surely_general(self, said: Said) -> bool:
        """Whether all of it is a question out of interest ("what does it mean when people say ..."), or supposed."""
        asking = said.covered(self._list["surely_general"])
        now = (at for at, _ in said.tags.get(self._list["live"], ()) if said.words[at] != "just")
        if not asking or any(self._again(said)) or any(at not in asking for at in now):
            return False
        told = any(self._tells_at(said.words, at) for at in range(len(said.words)) if at not in asking)
        return not told and not self._after_question(said, set(said.clause))

    def is_told_apart(self, said: Said, clauses: Collection[int]) -> bool:
        """Whether ``clauses`` are a statement that a mark parts from the question ("worst pain ever. Why do ...")."""
        sentence = list(accumulate(bool(mark) for mark in said.marks))
        own = {number for number, clause in zip(sentence, said.clause, strict=True) if clause in clauses}
        asking = {sentence[start] for start, _ in said.tags.get(self._list["surely_general"], ())}
        words = {word for word, number in zip(said.words, sentence, strict=True) if number in own}
        return own.isdisjoint(asking) and not FINITE.isdisjoint(words) and not self.asks(said, min(clauses))

    @staticmethod
    def _after_question(said: Said, clauses: Collection[int]) -> bool:
        """Whether one of ``clauses`` tells of one's own body after a question has ended ("... this? My jaw ...")."""
        ended = next((at for at, mark in enumerate(said.marks) if mark in ENDS), len(said.words))
        return any(said.words[at] == "my" and said.clause[at] in clauses for at in range(ended, len(said.words)))

    @staticmethod
    def _tells_at(words: Sequence[str], at: int) -> bool:
        """Whether somebody tells of themselves, or of one they look after, from this word on ("my legs have ...")."""
        if words[at] in ("i", "he", "she"):
            return at == 0 or words[at - 1] not in SUPPOSING
        if words[at] == "it":
            return words[at + 1 : at + 2] in (["has"], ["did"], ["does"])
        owned = words[at] in OWNED and (at == 0 or words[at - 1] not in NOT_TOLD_AFTER)
        return owned and not MOVES.isdisjoint(words[at + 1 : at + 4])

    def is_back(self, said: Said) -> bool:
        """Whether something long past is told to be there again, or something supposed to be so after all."""
        if self._says(said, "after_all"):
            return True
        # "He is back at work" tells of no illness.
        elsewhere = (["at"], ["to"])
        back = (end for _, end in self._again(said) if said.words[end : end + 1] not in elsewhere)
        return self._says(said, "distance") and any(back)

    def _again(self, said: Said) -> Iterator[Span]:
        """Where it is told to be there again; not "never came back", nor "my speech came back fully"."""
        over = said.covered(self._list["mended"])
        for start, end in said.tags.get(self._list["again"], ()):
            before = start - 2 if said.words[start - 1] in DENIED_TOGETHER else start - 1
            denied = start and said.words[max(0, before)] in ("never", "not")
            # "Back in the saddle the same week" is of then.
            then = said.words[end : end + 1] and said.words[end] in SPANS
            if not denied and not then and not over.issuperset(range(start, end)):
                yield start, end

    def asks(self, said: Said, clause: int) -> bool:
        """Whether the clause begins as a question does."""
        fillers = {start for start, _ in said.tags.get(self._list["fillers"], ())}
        start = said.clause.index(clause)
        while start in fillers and start + 1 < len(said.words):
            start += 1
        asks = any(at == start for at, _ in said.tags.get(self._list["general_start"], ()))
        # "Can't get the air down" asks nothing.
        return asks and said.words[start + 1 : start + 2] != ["not"]

    def is_elsewhere(self, said: Said, spans: Collection[Span], lasting: bool, busy: Collection[int]) -> bool:
        """Whether it happened long ago, or to somebody else who is not in trouble now.

        ``busy`` are the clauses with a danger sign in them.
        """
        clauses = {said.clause[start] for start, _ in spans}
        others = self._is_others(said, spans, clauses)
        past = self._is_past(said, clauses, busy, others)
        if not others:
            return past and not lasting
        if lasting:
            return not self._says(said, "their_trouble")
        lives = self._lives(said, clauses)
        # "Took all his tablets at once" is no once upon a time.
        once = any(said.words[start - 1] != "at" for start, _ in said.within(self._list["once"], clauses))
        if past or (once and not lives):
            return True
        told = self._says(said, "present", clauses) or self._is_in_trouble(said)
        return self._says(said, "history") and not lives and not told

    def is_narrated(self, said: Said, spans: Collection[Span]) -> bool:
        """Whether it is told in a story of long ago: from what dates it to the sign, all is told as having been."""
        clauses = {said.clause[start] for start, _ in spans}
        if any(self._again(said)) or PAST.isdisjoint(said.of(clauses)):
            return False
        for at, _ in said.tags.get(self._list["distance"], ()):
            dated = said.clause[at]
            between = set(range(min(dated, *clauses), max(dated, *clauses) + 1))
            words = said.of(between)
            if PRESENT.isdisjoint(words) and "but" not in words and not self._says(said, "live", between):
                return True
        return False

    def is_undated(self, said: Said, spans: Collection[Span]) -> bool:
        """Whether it is told of somebody else as having been, without a word on when."""
        clauses = {said.clause[start] for start, _ in spans}
        return (
            not self._says(said, "distance") and not self._says(said, "once") and self._is_others(said, spans, clauses)
        )

    def _is_in_trouble(self, said: Said) -> bool:
        """Whether somebody else is told to hurt now ("he went under a van, he says his back hurts")."""
        where = {said.clause[start] for start, _ in said.tags.get(self._list["their_trouble"], ())}
        return bool(PRESENT.intersection(said.of(where)))

    def _is_past(self, said: Said, clauses: Collection[int], busy: Collection[int], others: bool) -> bool:
        """Whether it is told as long past, in its own clause or in one beside it that is about nothing else."""
        parts = {said.clause[start] for start in self._beyond_distance(said, self._parts(said))}
        beside = {number + step for number in clauses for step in (-1, 1)}.difference(parts, busy)
        # "I retired ten years ago, my chest got tight" is not ten years old; of somebody else it is, but for "has".
        if not others or self._says(said, "present", clauses):
            beside = {number for number in beside if not self._has_subject(said, number)}
        if self._says(said, "distance", set(clauses) | beside) and not self._lives(said, clauses):
            return True
        return self._is_mended(said, clauses, busy)

    def _has_subject(self, said: Said, number: int) -> bool:
        """Whether a clause tells something of somebody, beside how long ago it was."""
        distant = said.covered(self._list["distance"])
        words = (word for at, word in enumerate(said.words) if said.clause[at] == number and at not in distant)
        return not TELLERS.isdisjoint(words)

    def _is_mended(self, said: Said, clauses: Collection[int], busy: Collection[int]) -> bool:
        """Whether all of it is told as long past, and then as over ("in the eighties ..., it healed up lovely")."""
        over = [span for span in said.tags.get(self._list["mended"], ()) if said.clause[span[0]] >= max(clauses)]
        past = any(said.clause[start] <= max(clauses) for start, _ in said.tags.get(self._list["distance"], ()))
        if not over or not past or any(self._again(said)):
            return False
        done = {at for start, end in over for at in range(start, end)}
        told = (
            at
            for at, number in enumerate(said.clause)
            if number in clauses and at not in done and said.words[max(0, at - 2) : at] not in COULD_NOT
        )
        if PRESENT.intersection(said.words[at] for at in told):
            return False
        # "Long sorted, today it is only my posture" is of now, and of no danger.
        after = {said.clause[start] for start, _ in over}
        calm = {number for number in range(min(after) + 1, said.last + 1) if number not in busy and number not in after}
        live = said.tags.get(self._list["live"], ())
        return all(start in done or said.clause[start] in calm for start, _ in live)

    def _is_others(self, said: Said, spans: Collection[Span], clauses: Collection[int]) -> bool:
        """Whether it is told of somebody else: by who was named last before it."""
        if any(self._is_my(said, span) for span in spans):
            return False
        # "Walking like a drunk man" is told of oneself.
        people = {
            at for at, _ in said.tags.get(self._list["others"], ()) if "like" not in said.words[max(0, at - 3) : at]
        }
        first = min(start for start, _ in spans)
        for at in range(first, -1, -1):
            if at in people:
                return True
            if said.words[at] in ("i", "me") and said.clause[at] in clauses:
                return False
        return any(said.clause[at] in clauses for at in people) and "my" not in said.of(clauses)

    def is_well(self, said: Said, number: int) -> bool:
        """Whether a clause only says that something is as it should be."""
        return self._says(said, "well", {number})

    def _is_my(self, said: Said, span: Span) -> bool:
        """Whether it is said of a part of the speaker's own body ("my left arm", not "my mum's arm")."""
        before = said.words[max(0, span[0] - 2) : span[1]]
        people = {start for start, _ in said.tags.get(self._list["others"], ())}
        named = span in self._parts(said) or span[1] - span[0] > 1
        return bool({"my", "me"} & set(before)) and span[0] - 1 not in people and named

    def _parts(self, said: Said) -> list[Span]:
        return said.tags.get(self._list["sites"], [])

    def _beyond_distance(self, said: Said, spans: Iterable[Span]) -> list[int]:
        """Where those of ``spans`` start that are not part of how long ago it was ("way back", "long since")."""
        distant = said.covered(self._list["distance"])
        return [start for start, _ in spans if start not in distant]

    def tells_ordinary(self, said: Said, where: slice) -> bool:
        """Whether an ordinary back is told of in the words at ``where``."""
        return any(where.start <= at < where.stop for at, _ in said.tags.get(self._list["ordinary"], ()))

    def _is_ordinary(self, said: Said, number: int) -> bool:
        """Whether a clause tells of an ordinary back and nothing more ("now it is just my posture")."""
        words = set(said.of({number}))
        # "Now it is in my back" may be what was in the chest years ago.
        told = not ONLY.isdisjoint(words) or IT.isdisjoint(words)
        return told and self._says(said, "ordinary", {number})

    def _lives(self, said: Said, clauses: Collection[int]) -> bool:
        """Whether it still goes on, by its own clause or one that speaks of nothing else."""
        if any(self._again(said)):
            return True
        over = {end: said.clause[start] for start, end in said.tags.get(self._list["over"], ())}
        done = set(over.values())
        elsewhere = {said.clause[start] for start, _ in self._parts(said)} - set(clauses)
        for start in self._beyond_distance(said, said.tags.get(self._list["live"], ())):
            number = said.clause[start]
            if number in clauses or not (number in elsewhere or number in done or self._is_ordinary(said, number)):
                return not (number in clauses and number in done and start in over)
        return False


def _done_to_her(words: Sequence[str]) -> bool:
    """Whether something was done to a woman ("the cat scratched her and"); "her paw" is the cat's."""
    after = (words[at + 1] if at + 1 < len(words) else "and" for at, word in enumerate(words) if word == "her")
    return any(word in AFTER_OBJECT for word in after)


def _of_ones_child(words: Sequence[str]) -> bool:
    """Whether the age is that of somebody one has, as in "my two year old"."""
    olds = (at for at in range(1, len(words)) if words[at] == "old" and words[at - 1] in ("year", "years"))
    return any(not OWNED.isdisjoint(words[max(0, at - 4) : at]) for at in olds)
