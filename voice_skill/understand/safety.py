"""Danger signs in what was said. It runs on every turn and every hypothesis, before any answer is chosen.

Levels and reading rules: the sources named in each file of ``responses/red_flags/``.
Where in doubt: an alarm too many costs a call, an alarm too few a life.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from voice_skill.content import Content
from voice_skill.content.red_flags import Flag
from voice_skill.messages import Level, RedFlag
from voice_skill.understand.ages import OLD, age_in
from voice_skill.understand.clauses import SAYING, SUBJECTS, VERBS, Clauses, Said
from voice_skill.understand.concepts import Concepts, Sign, Span, signs_of, spelt
from voice_skill.understand.context import Context
from voice_skill.understand.doubt import DISBELIEF, DOUBT, Doubt
from voice_skill.understand.likeness import Likeness
from voice_skill.understand.lookalikes import Lookalikes
from voice_skill.understand.misheard import Misheard
from voice_skill.understand.plain_words import PlainWords

APART = 2
"""Clauses between which a sign may be spread."""
RUN_ON = 2
"""The same for a sign whose words stand in their order ("one minute I was ..., the next I was on the floor")."""


SURE = 0.75
"""Probability from which a sign is reported that only the likeness to one tells."""
SURER = 0.97
"""The same where the signs have found something less."""
SUSPECT = 0.5
"""Probability from which it is asked about."""
TOLD = 0.97
"""Probability of danger from which an emergency is told, although a question stands before it."""
EMPTY = SUBJECTS | VERBS | {"not", "no", "never", "nothing"}
TAILS = EMPTY | {"and", "or", "in", "any"}
"""Words that are left where a denial was taken out of a list ("and I have not")."""
UNABLE = ("can", "could", "will")
BROKEN_OFF = {"not": "breath", "my": "limbs", "move": "limbs", "feel": "limbs"}
"""What may have been told where speech breaks off after an inability ("I can't ...", "I can't feel my ...")."""
LONGEST_BROKEN = 6
"""Words of speech that breaks off: in a longer story the others tell."""

BLANK = "_"
"""Stands for each word of an idiom."""
ASIDE = 2
"""Words of a clause that is passed over ("kind of", "oh wait")."""


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


@dataclass(frozen=True, slots=True)
class _Way:
    """A way in which a flag is said."""

    flag: Flag
    sign: Sign
    hint: bool
    lasting: bool


@dataclass(frozen=True, slots=True)
class _Hit:
    """A sign in an utterance."""

    flag: Flag
    spans: tuple[Span, ...]
    clauses: frozenset[int]
    hint: bool
    """Only worth a question."""
    lasting: bool
    """Counts in the past too."""

    @property
    def extent(self) -> slice:
        return slice(self.spans[0][0], self.spans[-1][1])


_Found = dict[tuple[str, bool], RedFlag]
"""By name, and whether it is only worth a question."""


class Safety:
    """Finds the danger signs of ``content``."""

    def __init__(self, content: Content) -> None:
        reading = content.reading
        self._flags = content.flags
        self._plain = PlainWords(reading.spelling)
        self._concepts = concepts = Concepts({**reading.words, **reading.lists})
        signs = [
            _Way(flag, sign, hint, lasting or flag.persistent)
            for flag in content.flags.values()
            for texts, hint, lasting in (
                (flag.signs, False, False),
                (flag.lasting, False, True),
                (flag.hints, True, False),
            )
            for text in texts
            for sign in signs_of(text, concepts)
        ]
        self._lookalikes = Lookalikes(content.flags, concepts)
        self._signs: dict[int, list[_Way]] = {}
        for way in signs:
            self._signs.setdefault(concepts.rarest(way.sign.concepts), []).append(way)
        self._needs = {flag.id: concepts.number(f"<{flag.needs}>") for flag in content.flags.values() if flag.needs}
        self._sites = concepts.number("<sites>")
        self._carriers = concepts.number("<carriers>")
        self._exceptions = concepts.number("<exceptions>")
        self._taken_back = concepts.number("<taken_back>")
        self._negations = concepts.number("<negations>")
        self._idioms = Concepts(
            {"idioms": [self._plain.text(text) for idiom in reading.idioms for text in spelt(idiom)]}
        )
        self._clauses = Clauses(concepts)
        self._likeness = Likeness(content)
        self._context = Context(concepts)
        self._doubt = Doubt(self._likeness, self._context)
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
        if len(hypotheses) > 1 and not best.general and self._negations not in self._concepts.tag(words):
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
        said = self._clauses.read(self._without_idioms(words, marks), marks)
        line = " ".join(words)
        age = age_in(line)
        person = self._context.person(said, age)
        if person == "animal":
            return Assessment(person=person), (), heard
        hits = [hit for hit in self._hits(said) if self._has_what_it_needs(hit.flag, said, age)]
        plain = [hit for hit in hits if not self._lookalikes.cover(hit.flag.id, hit.spans, said, ())]
        own = {at for hit in plain for span in hit.spans for at in self._nots_in(said, span)}
        denied = self._clauses.denied(said, own)
        busy = frozenset(number for hit in plain if hit.flag.level > Level.SOON for number in hit.clauses)
        found, asked, extents = self._sorted(hits, said, denied, busy)
        told = words and not self._context.is_surely_general(said)
        if told and not any(flag.level is Level.EMERGENCY for (_, hint), flag in found.items() if not hint):
            sure = SURER if any(not hint for _, hint in found) else SURE
            for flag, probability in self._alike(said, own):
                found.setdefault((flag.id, probability < sure), flag)
        # What is back after years is told as a story, and counts.
        if found and not self._context.is_back(said):
            found = self._believed(found, self._doubt.danger(said, extents))
        reported = self._raised(flag for (_, hint), flag in found.items() if not hint)
        hints = [flag for (name, hint), flag in found.items() if hint and (name, False) not in found]
        hints += self._broken_off(words)
        general = () if reported else self._raised(asked.values())
        return Assessment(reported, (), person, bool(general), general), tuple(hints), heard

    def _sorted(
        self, hits: Iterable[_Hit], said: Said, denied: set[int], busy: Collection[int]
    ) -> tuple[_Found, dict[str, RedFlag], list[slice]]:
        """The flags of ``hits`` that are told, those that are asked about in general, and where the told ones stand."""
        found: _Found = {}
        asked: dict[str, RedFlag] = {}
        extents: list[slice] = []
        elsewhere: list[tuple[str, frozenset[Span]]] = []
        # The shortest first: the longer may reach into a question that is no part of it.
        for hit in sorted(hits, key=lambda each: each.extent.stop - each.extent.start):
            key = (hit.flag.id, hit.hint)
            if key in found or not self._counts(hit, said, denied):
                continue
            # Blisters of long ago are no rash on the back that aches today.
            if any(flag == hit.flag.id and spans.issubset(hit.spans) for flag, spans in elsewhere):
                continue
            flag = RedFlag(
                hit.flag.id, hit.flag.level, " ".join(word for word in said.words[hit.extent] if word != BLANK)
            )
            if self._is_asked(hit, said):
                asked.setdefault(flag.id, flag)
            elif not self._context.is_elsewhere(said, hit.spans, hit.lasting, busy):
                narrated = not hit.lasting and self._context.is_narrated(said, hit.spans)
                found[hit.flag.id, hit.hint or narrated] = flag
                extents.append(hit.extent)
            else:
                elsewhere.append((hit.flag.id, frozenset(hit.spans)))
                if hit.flag.level is Level.EMERGENCY and self._context.is_undated(said, hit.spans):
                    found.setdefault((flag.id, True), flag)
        return found, asked, extents

    def _counts(self, hit: _Hit, said: Said, denied: set[int]) -> bool:
        """Whether it is neither denied nor a look-alike."""
        return self._affirmed(hit, said, denied) and not self._lookalikes.cover(hit.flag.id, hit.spans, said, denied)

    def _is_asked(self, hit: _Hit, said: Said) -> bool:
        """Whether it is asked about in general, not told beside a question ("how do I stretch hands like mittens")."""
        if hit.flag.always:
            return False
        if self._context.is_fiction(said, hit.clauses, hit.spans[0][0]):
            return True
        if self._context.is_surely_general(said):
            return not self._context.is_told_apart(said, hit.clauses)
        if not self._context.is_general(said, hit.clauses, hit.spans[0][0]):
            return False
        return hit.flag.level is not Level.EMERGENCY or self._doubt.danger(said, [hit.extent]) < TOLD

    def _believed(self, found: _Found, danger: float) -> _Found:
        """What is left of ``found`` where the second reader, which reads all of it, sees little ``danger`` or none.

        An emergency is never passed over, nor is what counts for a lifetime: it is at least asked about.
        """
        return {
            (name, hint or danger < DOUBT): flag
            for (name, hint), flag in found.items()
            if danger >= DISBELIEF or flag.level is Level.EMERGENCY or self._flags[name].persistent
        }

    def _broken_off(self, words: Sequence[str]) -> Iterator[RedFlag]:
        """What may have been told where a short utterance breaks off after an inability."""
        unable = any(first in UNABLE and then == "not" for first, then in pairwise(words))
        flag = self._flags.get(BROKEN_OFF.get(words[-1], "")) if unable and len(words) <= LONGEST_BROKEN else None
        if flag and "no" not in words:
            yield RedFlag(flag.id, flag.level, " ".join(words))

    def _alike(self, said: Said, own: set[int]) -> Iterator[tuple[RedFlag, float]]:
        """Signs that what is left of denials, the past, others and questions is like, and with what probability."""
        # What can not be done is a symptom ("can not feel the floor").
        unable = {
            at
            for at, word in enumerate(said.words)
            if word == "not" and said.words[at - 1] in UNABLE and not SAYING.intersection(said.words[at + 1 : at + 2])
        }
        denied = self._clauses.denied(said, own | unable)
        left = [
            word
            for number in range(said.last + 1)
            if self._tells(said, number)
            for word in self._left_of(said, number, denied)
        ]
        if TAILS.issuperset(left):
            return
        for likely in self._likeness.flags([" ".join(left)]):
            level = self._flags[likely.flag].level
            # What counts only together with something else, the signs must tell.
            if likely.flag not in self._needs and likely.probability >= (
                SUSPECT if level is Level.EMERGENCY else SURER
            ):
                yield RedFlag(likely.flag, level, likely.evidence), likely.probability

    def _left_of(self, said: Said, number: int, denied: set[int]) -> list[str]:
        """The words of a clause that are not denied; none where these say nothing ("I am not ...")."""
        places = [at for at, each in enumerate(said.clause) if each == number]
        left = [said.words[at] for at in places if at not in denied]
        if len(left) == len(places):
            return left
        # "My fingers are not ..." says nothing either, but for an "it" that comes after.
        sites = {said.words[at] for at in said.covered(self._sites)}
        named = set() if "it" in said.words[places[-1] :] else sites
        return [] if (EMPTY | named).issuperset(left) else left

    def _tells(self, said: Said, number: int) -> bool:
        """Whether a clause reports something, of now and of the person who is spoken of."""
        last = len(said.clause) - said.clause[::-1].index(number)
        return not (
            self._context.is_general(said, {number}, last)
            or self._context.is_well(said, number)
            or self._context.is_elsewhere(said, [(last - 1, last)], lasting=False, busy=())
            or self._context.is_narrated(said, [(last - 1, last)])
        )

    def _without_idioms(self, words: Sequence[str], marks: Sequence[str]) -> list[str]:
        """``words`` with each idiom blanked out."""
        kept = list(words)
        for spans in self._idioms.tag(words).values():
            for start, end in spans:
                if not any(marks[start + 1 : end]):
                    kept[start:end] = [BLANK] * (end - start)
        return kept

    def _nots_in(self, said: Said, span: Span) -> Iterator[int]:
        return (at for at, _ in said.tags.get(self._negations, ()) if span[0] <= at < span[1])

    def _hits(self, said: Said) -> Iterator[_Hit]:
        for concept in filter(self._signs.__contains__, said.tags):
            for way in self._signs[concept]:
                if way.sign.concepts <= said.tags.keys():
                    for spans in way.sign.found(said.tags):
                        clauses = frozenset(said.clause[start] for start, _ in spans)
                        if self._is_whole(said, way.sign, spans, clauses):
                            yield _Hit(way.flag, spans, clauses, way.hint, way.lasting)

    def _is_whole(self, said: Said, sign: Sign, spans: Sequence[Span], clauses: frozenset[int]) -> bool:
        """Whether what is said in several clauses is said of one thing."""
        if len(clauses) == 1:
            return True
        numbers = sorted(clauses)
        steps = sum(said.clause.count(number) > ASIDE for number in range(numbers[0] + 1, numbers[-1] + 1))
        if steps > (APART if len(sign.parts) > 1 else RUN_ON):
            return False
        sites = {start for start, _ in said.tags.get(self._sites, ())}
        homes = {said.clause[start] for start, _ in spans if start in sites}
        if not homes:
            return True
        own = {start for start, _ in spans}
        away = clauses - homes
        return not any(start not in own and said.clause[start] in away for start in sites)

    def _has_what_it_needs(self, flag: Flag, said: Said, age: int | None) -> bool:
        """Whether what the flag counts with is said as well."""
        needs = self._needs.get(flag.id)
        # Age weakens bones as osteoporosis does.
        return needs is None or said.says(needs) or (flag.needs == "weakened" and (age or 0) >= OLD)

    def _affirmed(self, hit: _Hit, said: Said, denied: set[int]) -> bool:
        """Whether it is not denied; of a part of the body that is, something else may be said after all."""
        not_so = [span for span in hit.spans if span[0] in denied]
        if not not_so:
            return True
        # A "not" that denies the rest affirms nothing itself.
        nots = {start for start, _ in said.tags.get(self._negations, ())}
        so = [span for span in hit.spans if span[0] not in denied and span[0] not in nots]
        taken_back = any(start > not_so[-1][0] for start, _ in said.tags.get(self._taken_back, ()))
        if not so or taken_back:
            return taken_back
        if any(not_so[0][0] < start <= so[0][0] for start, _ in said.tags.get(self._exceptions, ())):
            return True
        carriers = set(said.tags.get(self._carriers, ()))
        if not carriers.issuperset(not_so) or so[-1] < not_so[-1]:
            return False
        clauses = {said.clause[start] for start, _ in so}
        own = {start for start, _ in hit.spans}
        sites = (start for start, _ in said.tags.get(self._sites, ()))
        return not any(at not in own and at not in denied and said.clause[at] in clauses for at in sites)

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
