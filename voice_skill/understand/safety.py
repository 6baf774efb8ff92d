"""Danger signs in what was said. It runs on every turn and every hypothesis, before any answer is chosen.

Levels and reading rules: the sources named in each file of ``responses/red_flags/``.
Where in doubt: an alarm too many costs a call, an alarm too few a life.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from voice_skill.content import Content
from voice_skill.messages import Level, RedFlag
from voice_skill.understand import clauses, context, general, when, whose
from voice_skill.understand.ages import age_in
from voice_skill.understand.concepts import Concepts, Span, spelt
from voice_skill.understand.denials import denied_in
from voice_skill.understand.doubt import DISBELIEF, DOUBT, DOUBT_OF_LESSER, Doubt
from voice_skill.understand.left_over import broken_off, denied_beside, left_of
from voice_skill.understand.likeness import Likeness
from voice_skill.understand.misheard import Misheard
from voice_skill.understand.plain_words import PlainWords
from voice_skill.understand.questioned import denied_when_asked
from voice_skill.understand.said import Said
from voice_skill.understand.signs import Hit, Signs, has_what_it_needs

SURE = 0.65
"""Probability from which a sign is reported that only the likeness to one tells."""
SURER = 0.9
"""The same where the signs have found something less."""
SUSPECT = 0.35
"""Probability from which it is asked about."""
IN_ALL = 0.97
"""Probability of an emergency in all of what was said from which it is asked about, whatever was taken out of it."""
TAKEN_OUT = ("negations", "distance", "others")
"""What makes the rules take something out."""
TOLD = 0.97
"""Probability of danger from which an emergency is told, although a question stands before it."""
FEW = 6
"""Words of a short answer, which tells little beside its question ("aye go on then")."""
SURE_OF_FEW = 0.8
SUSPECT_OF_FEW = 0.5
"""The bounds for one."""
BLANK = "_"
"""Stands for each word of an idiom."""
LIKE = 3
"""Words before a part of the body that something is like."""
NEAR = 4
"""Words before an ordinary ache in which "the" tells that it is known ("the same old desk ache")."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """The dangers in one utterance."""

    red_flags: tuple[RedFlag, ...] = ()
    """The highest level first."""
    suspected: tuple[RedFlag, ...] = ()
    """To be asked about."""
    person: str = "self"
    """``self``, ``other``, ``child`` or ``animal``."""
    general: bool = False
    """A danger sign was asked about, not reported."""
    asked_about: tuple[RedFlag, ...] = ()
    """Those that were, if ``general``: the highest level first."""


_Found = dict[tuple[str, bool], RedFlag]
"""By name, and whether it is only worth a question."""


class Safety:
    """Finds the danger signs of ``content``."""

    def __init__(self, content: Content) -> None:
        reading = content.reading
        self._flags = content.flags
        self._plain = PlainWords(reading.spelling)
        self._concepts = concepts = Concepts({**reading.words, **reading.lists})
        self._signs = Signs(content, concepts)
        self._idioms = Concepts(
            {"idioms": [self._plain.text(text) for idiom in reading.idioms for text in spelt(idiom)]}
        )
        self._likeness = Likeness(content)
        self._doubt = Doubt(self._likeness)
        asked = (word for entry in content.entries.values() for text in entry.phrases for word in text.split())
        self._misheard = Misheard(reading, asked, concepts)
        for each in (concepts, self._idioms):
            each.finish()

    def assess(self, hypotheses: Sequence[str]) -> Assessment:
        """The dangers in what was heard, the best hypothesis first.

        A flag in the best one is reported; one only in another hypothesis is to be asked about.
        """
        best, hints, words = self._read(hypotheses[0])
        if best.person == "animal":
            return best
        suspected = list(hints)
        mended = self._misheard.by_sound(words)
        if mended:
            heard = self._emergencies(mended)
            sure = [flag for flag in heard if not best.general and self._misheard.is_likely(flag.evidence, words)]
            best = replace(best, red_flags=self._raised({flag.id: flag for flag in (*sure, *best.red_flags)}.values()))
            suspected += heard
        if (
            len(hypotheses) > 1
            and not best.general
            and self._concepts.named["negations"] not in self._concepts.tag(words)
        ):
            suspected += [flag for other in hypotheses[1:] for flag in self._emergencies(other)]
        known = {flag.id for flag in best.red_flags}
        unique = {flag.id: flag for flag in reversed(suspected) if flag.id not in known}
        return replace(best, suspected=tuple(sorted(unique.values(), key=lambda flag: -flag.level)))

    def _emergencies(self, text: str) -> list[RedFlag]:
        return [flag for flag in self._read(text)[0].red_flags if flag.level is Level.EMERGENCY]

    @lru_cache(maxsize=256)  # noqa: B019 - a recogniser repeats itself; one Safety lives as long as the program
    def _read(self, text: str) -> tuple[Assessment, tuple[RedFlag, ...], Sequence[str]]:
        """What is reported, what is only hinted at, and the words that were heard."""
        heard, before = self._plain.of(text)
        words, marks = self._misheard.mended(heard, before)
        said = clauses.read(self._without_idioms(words, marks), marks, self._concepts)
        age = age_in(" ".join(words))
        person = whose.person(said, age)
        if person == "animal":
            return Assessment(person=person), (), heard
        hits = self._signs.hits(said, age)
        plain = [hit for hit in hits if not hit.lookalikes]
        nots = [hit.nots(said) for hit in plain]
        own = set().union(*nots)
        asked = denied_when_asked(said, [hit.extent for hit, its in zip(plain, nots, strict=True) if not its])
        denied = denied_in(said, own) | asked
        busy = frozenset(number for hit in plain if hit.flag.level > Level.SOON for number in hit.clauses)
        hits = [hit for hit in hits if has_what_it_needs(hit.flag, said, age, denied)]
        found, spoken_of, extents = self._sorted(hits, said, denied, busy)
        told = words and not general.is_surely_general(said)
        if told and not _is_grave(found):
            self._add_likely(found, said, own, asked)
            # A mere question costs no second reading.
            if any(map(said.says, TAKEN_OUT)):
                self._add_of_all(found, said)
        # What is back after years is told as a story, and counts.
        if found and not when.is_back(said):
            found = self._believed(found, self._doubt.danger(said, extents))
        reported = self._raised(flag for (_, hint), flag in found.items() if not hint)
        hints = [flag for (name, hint), flag in found.items() if hint and (name, False) not in found]
        if cut := self._flags.get(broken_off(words)):
            hints.append(RedFlag(cut.id, cut.level, " ".join(words)))
        asked_about = () if reported else self._raised(spoken_of.values())
        return Assessment(reported, (), person, bool(asked_about), asked_about), tuple(hints), heard

    def _sorted(
        self, hits: Iterable[Hit], said: Said, denied: set[int], busy: Collection[int]
    ) -> tuple[_Found, dict[str, RedFlag], list[slice]]:
        """The flags of ``hits`` that are told, those that are asked about in general, and where the told ones stand."""
        found: _Found = {}
        asked: dict[str, RedFlag] = {}
        extents: list[slice] = []
        elsewhere: list[tuple[str, frozenset[Span]]] = []
        # The shortest first: the longer may reach into a question that is no part of it.
        for hit in sorted(hits, key=lambda each: each.extent.stop - each.extent.start):
            key = (hit.flag.id, hit.hint)
            if key in found or hit.looks_alike(said, denied) or not _is_affirmed(hit, said, denied):
                continue
            # Blisters of long ago are no rash on the back that aches today.
            gone = any(flag == hit.flag.id and spans.issubset(hit.spans) for flag, spans in elsewhere)
            if gone and not hit.lasting:
                continue
            flag = RedFlag(
                hit.flag.id, hit.flag.level, " ".join(word for word in said.words[hit.extent] if word != BLANK)
            )
            if self._is_asked(hit, said):
                asked.setdefault(flag.id, flag)
            elif not context.is_elsewhere(said, hit.spans, hit.lasting, busy):
                narrated = not (hit.lasting or hit.flag.always) and when.is_narrated(said, hit.spans)
                found[hit.flag.id, hit.hint or narrated] = flag
                extents.append(hit.extent)
            else:
                elsewhere.append((hit.flag.id, frozenset(hit.spans)))
                if hit.flag.level is Level.EMERGENCY and context.is_undated(said, hit.spans):
                    found.setdefault((flag.id, True), flag)
        return found, asked, extents

    def _is_asked(self, hit: Hit, said: Said) -> bool:
        """Whether it is asked about in general, not told beside a question ("how do I stretch hands like mittens")."""
        if hit.flag.always:
            return False
        if general.is_fiction(said, hit.clauses, hit.start):
            return True
        if general.is_surely_general(said):
            return not general.is_told_apart(said, hit.clauses)
        if not general.is_general(said, hit.clauses, hit.start):
            return False
        return hit.flag.level is not Level.EMERGENCY or self._doubt.danger(said, [hit.extent]) < TOLD

    def _believed(self, found: _Found, danger: float) -> _Found:
        """What is left of ``found`` where the second reader, which reads all of it, sees little ``danger`` or none.

        An emergency is never passed over, nor is what counts for a lifetime: it is at least asked about.
        """
        return {
            (name, hint or danger < self._least(flag)): flag
            for (name, hint), flag in found.items()
            if danger >= DISBELIEF or flag.level is Level.EMERGENCY or self._flags[name].persistent
        }

    def _least(self, flag: RedFlag) -> float:
        """The danger from which ``flag`` is believed: the less it is, the more it wants."""
        grave = flag.level is Level.EMERGENCY or self._flags[flag.id].persistent
        return DOUBT if grave else DOUBT_OF_LESSER

    def _add_likely(self, found: _Found, said: Said, own: set[int], asked: set[int]) -> None:
        """Adds to ``found`` what the second reader knows; what it knows of a story of long ago, to be asked about."""
        few = len(said.words) <= FEW
        # What is left around an idiom is half a sentence.
        sure = SURER if BLANK in said.words or any(not hint for _, hint in found) else SURE_OF_FEW if few else SURE
        denied = denied_beside(said, own) | asked
        for flag, probability in self._alike(left_of(said, denied), SUSPECT_OF_FEW if few else SUSPECT):
            found.setdefault((flag.id, probability < sure), flag)
        if said.says("distance"):
            for flag, _ in self._alike(left_of(said, denied, narrated=True), SURE):
                found.setdefault((flag.id, True), flag)

    def _add_of_all(self, found: _Found, said: Said) -> None:
        """Adds to ``found`` emergencies of which the whole of what was said tells, wrongly read as denied or past."""
        for flag, _ in self._alike(" ".join(said.words), IN_ALL):
            if flag.level is Level.EMERGENCY:
                found.setdefault((flag.id, True), flag)

    def _alike(self, left: str, least: float) -> Iterator[tuple[RedFlag, float]]:
        """Signs that what is left of denials, the past, others and questions is like, and with what probability.

        ``least``: the probability from which an emergency counts.
        """
        for likely in self._likeness.flags([left]) if left else ():
            flag = self._flags[likely.flag]
            # What counts only together with something else, the signs must tell.
            if not flag.needs and likely.probability >= (least if flag.level is Level.EMERGENCY else SURER):
                yield RedFlag(flag.id, flag.level, likely.evidence), likely.probability

    def _without_idioms(self, words: Sequence[str], marks: Sequence[str]) -> list[str]:
        """``words`` with each idiom blanked out."""
        kept = list(words)
        for spans in self._idioms.tag(words).values():
            for start, end in spans:
                if not any(marks[start + 1 : end]):
                    kept[start:end] = [BLANK] * (end - start)
        return kept

    def _raised(self, found: Iterable[RedFlag]) -> tuple[RedFlag, ...]:
        """Flags at the level that they have together, the highest first."""
        flags = list(found)
        ids = {flag.id for flag in flags}
        raised = [
            replace(flag, level=Level.EMERGENCY) if ids.intersection(self._flags[flag.id].raised_by) else flag
            for flag in flags
        ]
        evidence = [flag.evidence for flag in raised]
        # "Speech went all funny" is told of the speech, though "went all funny" is fainting.
        within = {own for own in evidence for other in evidence if own in other and own != other}
        return tuple(sorted(raised, key=lambda flag: (-flag.level, flag.evidence in within)))


def _is_grave(found: _Found) -> bool:
    """Whether an emergency is among what is reported."""
    return any(flag.level is Level.EMERGENCY for (_, hint), flag in found.items() if not hint)


def _is_affirmed(hit: Hit, said: Said, denied: set[int]) -> bool:
    """Whether it is not denied; of a part of the body that is, something else may be said after all."""
    not_so = [span for span in hit.spans if span[0] in denied]
    if not not_so:
        return True
    # A "not" that denies the rest affirms nothing itself.
    nots = set(said.spans("negations"))
    so = [span for span in hit.spans if span[0] not in denied and span not in nots]
    # "Free of everything except this knot", "it's actually better" take nothing back.
    after = (span for span in said.spans("taken_back") if not _is_ordinary_after(said, span[1]))
    taken_back = any(start > not_so[-1][0] for start, _ in (*after, *said.ending("and_so_it_is")))
    if not so or taken_back:
        return taken_back
    # "No chest pain, it's just my upper back" excepts nothing either.
    excepted = (start for start, end in said.spans("exceptions") if not _is_ordinary_after(said, end - 1))
    if any(not_so[0][0] < start <= so[0][0] for start in excepted):
        return True
    carriers = set(said.spans("carriers"))
    if not carriers.issuperset(not_so) or so[-1] < not_so[-1]:
        return False
    clauses = {said.clause[start] for start, _ in so}
    # "It's my upper back that's sore" is one thing said in two clauses.
    clauses |= {number - 1 for number in clauses if said.of({number})[0] == "that"}
    own = {start for start, _ in hit.spans}
    # "The ache" is the one that was spoken of before, in no part that is denied.
    ordinary = said.covered("ordinary")
    if all(start in ordinary and "the" in said.words[max(0, start - NEAR) : start] for start, _ in so):
        return False
    # "Like a hand pushing" is no other part of the body.
    sites = (start for start, _ in said.spans("sites") if "like" not in said.words[max(0, start - LIKE) : start])
    return not any(at not in own and at not in denied and said.clause[at] in clauses for at in sites)


def _is_ordinary_after(said: Said, at: int) -> bool:
    """Whether the rest of a clause, from ``at`` on, tells of an ordinary back and of nothing else."""
    number = said.clause[at - 1]
    rest = {place for place in range(at, len(said.words)) if said.clause[place] == number}
    ordinary = rest & said.covered("ordinary")
    sites = (span for span in said.spans("sites") if span[0] in rest)
    return bool(ordinary) and all(not ordinary.isdisjoint(range(*span)) for span in sites)
