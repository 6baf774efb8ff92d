"""The closest FAQ entry, its score and its margin.

Five views are joined: which entries the ideas of the utterance speak for, and which its sounds (``index``); which
phrase is nearest idea by idea, and which by sound alone (rapidfuzz); and what a reader that learnt from people's
questions makes of it (``asked``). ``calibration`` makes them a probability, and says how sure it is that any entry is
meant.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from math import log

import numpy as np
from rapidfuzz import fuzz, process

from voice_skill.content import Content
from voice_skill.messages import Match
from voice_skill.understand import calibration
from voice_skill.understand.asked import Asked
from voice_skill.understand.calibration import Signs, Views
from voice_skill.understand.index import STRANGE, Floats, Index, Tally, heard, said
from voice_skill.understand.table import Table
from voice_skill.understand.words import Reading, Token, Words

SHORTLIST = 2
"""Entries whose phrases are compared one by one: the index puts the right one among fewer."""
LATER = 0.9
"""Trust in a recogniser's second and later hypotheses, against its first."""
ENOUGH = 0.4
"""Score from which an entry is answered."""
EITHER = 0.45
"""Score of the two best together from which the person is asked which is meant."""
SITES = frozenset({"upper_back", "blades", "left_back"})
"""Ideas that name the place itself."""
BACK = frozenset({"back", "spine", "blade"})
"""Ideas that may be the upper back, if no lower part of it is named."""
LOW = "lower_back"
AS_WRITTEN = 0.9
"""Likeness to a phrase from which a part of the body in it is what its author meant."""
WRITTEN = 0.95
"""How sure it is that what was said is what a phrase says, word for word."""
SLIP = 0.02
"""Probability of its entry up to which a phrase is taken to stand in the wrong one."""
PEOPLE = frozenset("i we he she they you it".split())
"""First words of a sentence that tells something."""
ASKING = frozenset("what which how cause can could should would will shall tell_apart if whether".split())
"""Small words and ideas that make it a question all the same."""
LETTERS = 0x4E00
"""Ideas are compared as letters of a word; the first of a range long enough for 20,000 of them."""
TELLING = 3
"""Letters for an idea, against one for a small word."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the matcher makes of an utterance."""

    match: Match | None = None
    runner_up: Match | None = None
    choices: tuple[str, ...] = ()
    elsewhere: bool = False
    """Another part of the body is meant, and the upper back is not."""

    @property
    def certainty(self) -> float:
        """0 to 1: the best score given."""
        best = self.match or self.runner_up
        return best.score if best else 0.0


@dataclass(frozen=True, slots=True)
class Ranking:
    """The likeliest entries for one reading."""

    entries: Sequence[int]
    """Numbers of the entries, the likeliest first."""
    views: Sequence[Views]
    """For each entry: what its ideas and its sounds say of it, likeness by ideas and by sound, and the reader's."""
    shares: Sequence[float]
    """Probability of each entry, given that one of them is meant."""
    nearest: Sequence[int]
    """Place of the nearest phrase among those of the entry, for the first two."""
    signs: Signs
    """What speaks for any entry being meant at all."""
    meant: float
    """Probability that one is, by those signs."""
    elsewhere: bool
    """Another part of the body is named, and the upper back is not."""


class Matcher:
    """Finds the entry of ``content`` that an utterance asks for."""

    def __init__(self, content: Content, asked: Asked | None = None) -> None:
        """``asked``: the second reader, if not the one that is shipped."""
        self._lexicon = content.lexicon
        self._ids = list(content.entries)
        self._asked = asked or Asked(self._ids)
        # What is refused stands behind the last entry, like an entry of its own.
        lists = [*(entry.phrases for entry in content.entries.values()), content.lexicon.refused]
        self._phrases = [phrase for phrases in lists for phrase in phrases]
        sizes = [len(phrases) for phrases in lists]
        self._sizes = sizes
        self._starts = [0, *accumulate(sizes)]
        self._entry_of = np.repeat(np.arange(len(sizes)), sizes).tolist()
        answered = self._phrases[: self._starts[-2]]
        self._words = Words(content.lexicon, answered)
        self._letters: dict[str, str] = {}
        self._ideas: list[str] = []
        self._sounds: list[str] = []
        gists: dict[str, int] = {}
        spoken, sounded = Tally(), Tally()
        # One after the other: all readings at once take more memory than all that is kept of them.
        readings = chain(map(self._words.read_phrase, answered), map(self._words.read, content.lexicon.refused))
        for reading, entry in zip(readings, self._entry_of, strict=True):
            for token in reading.tokens:
                if token.weight:
                    self._letters.setdefault(token.idea, chr(LETTERS + len(self._letters)))
            gists[reading.gist] = entry
            spoken.add(said(reading), entry)
            sounded.add(heard(reading), entry)
            self._ideas.append(self._spelt(reading))
            self._sounds.append(reading.sound)
        self._gists = Table(gists)
        self._said, self._heard = Index(spoken, len(sizes)), Index(sounded, len(sizes))

    def match(self, hypotheses: Sequence[str]) -> Verdict:
        """The best entry over all ``hypotheses``, the first of which is trusted most."""
        verdicts = [self._verdict(text, LATER if place else 1.0) for place, text in enumerate(hypotheses)]
        if verdicts and verdicts[0].elsewhere:
            return verdicts[0]
        return max(verdicts, key=lambda verdict: verdict.certainty, default=Verdict())

    def nearest(self, text: str, count: int) -> list[tuple[str, str, float]]:
        """The ``count`` phrases most like ``text``: phrase, entry, likeness from 0 to 1."""
        end = self._starts[len(self._ids)]
        likeness = self._likeness(self._words.read(text), self._ideas[:end], self._sounds[:end]).mean(axis=0)
        best = np.argsort(-likeness, kind="stable")[:count].tolist()
        return [(self._phrases[at], self._ids[self._entry_of[at]], float(likeness[at])) for at in best]

    def rank(self, text: str) -> Ranking | None:
        """The likeliest entries for ``text``; ``None`` when nothing of it says anything."""
        reading = self._words.read(text)
        if not self._ids or not any(token.weight and not token.small for token in reading.tokens):
            return None
        return self._rank(reading, self._gists.get(reading.gist), self._asked.likely(text, reading))

    def _rank(self, reading: Reading, written: int | None, asked: Floats) -> Ranking:
        refused = len(self._ids)
        by_said, by_heard = self._said.votes(said(reading)), self._heard.votes(heard(reading))
        order = np.argsort(-(by_said + by_heard)[:-1], kind="stable")
        shortlist = {*order[:SHORTLIST].tolist(), int(asked[:-1].argmax()), refused}
        listed = sorted(shortlist if written is None else {*shortlist, written})
        likeness = self._likeness(reading, *self._phrases_of(listed))
        starts = [0, *accumulate(self._sizes[entry] for entry in listed)]
        best = np.maximum.reduceat(likeness, starts[:-1], axis=1)
        # So few numbers are quicker as Python's own.
        columns = (*(each[listed].tolist() for each in (by_said, by_heard)), *best.tolist(), asked[listed].tolist())
        views = list(zip(*columns, strict=True))
        shares = calibration.shares(views[:-1])
        # A phrase that says what another entry asks is a slip of its author, and finds that entry.
        if written in listed[:-1] and shares[listed.index(written)] > SLIP:
            shares = [share * (1 - WRITTEN) for share in shares]
            shares[listed.index(written)] += WRITTEN
        ranked = sorted(range(len(shares)), key=shares.__getitem__, reverse=True)
        nearest = [int(likeness[:, starts[at] : starts[at + 1]].sum(axis=0).argmax()) for at in ranked[:2]]
        signs = self._signs(reading, views[ranked[0]], views[-1], shares[ranked[0]])
        meant = calibration.meant(signs)
        if written is not None:
            meant = 0.0 if written == refused else max(meant, WRITTEN)
        elsewhere = self._is_elsewhere(reading) and written in (None, refused)
        entries = [listed[at] for at in ranked]
        return Ranking(
            entries, [views[at] for at in ranked], [shares[at] for at in ranked], nearest, signs, meant, elsewhere
        )

    def _phrases_of(self, entries: Sequence[int]) -> tuple[list[str], list[str]]:
        """The phrases of ``entries`` as ideas and as sounds."""
        ideas: list[str] = []
        sounds: list[str] = []
        for entry in entries:
            span = slice(self._starts[entry], self._starts[entry + 1])
            ideas += self._ideas[span]
            sounds += self._sounds[span]
        return ideas, sounds

    def _signs(self, reading: Reading, best: Views, refused: Views, share: float) -> Signs:
        words = [token for token in reading.tokens if not token.small]
        unknown = sum(1 - token.weight * self._bearing(token) for token in words)
        ideas = {token.idea for token in words if token.weight}
        place, topic = _surest(words, SITES), _surest(words, self._lexicon.topic)
        others = self._lexicon.others | self._lexicon.elsewhere
        back = (1 - place) * _surest(words, BACK) * (1 - min(1.0, unknown))
        share = min(share, 1 - 1e-6)
        against = [of_refused - of_best for of_refused, of_best in zip(refused, best, strict=True)]
        return Signs(
            clear=log(share / (1 - share)),
            ideas=best[2],
            sound=best[3],
            astray=(1 - topic) * min(1.0, unknown),
            place=place,
            back=back,
            topic=topic,
            told=(1 - topic) * _is_told(reading.tokens),
            known=min(len(ideas), 4),
            other=(1 - place) * _surest(words, others),
            said_against=against[0],
            heard_against=against[1],
            ideas_against=against[2],
            sound_against=against[3],
            asked_against=against[4],
        )

    def _bearing(self, token: Token) -> float:
        """0 to 1: how much a word that is known has to do with the questions."""
        return 0.0 if token.idea in self._lexicon.others or token.idea in self._lexicon.elsewhere else 1.0

    def _is_elsewhere(self, reading: Reading) -> bool:
        ideas = {token.idea for token in reading.tokens if token.weight == 1}
        named = ideas & self._lexicon.elsewhere
        return bool(named) and not ideas & SITES and (LOW in named or not ideas & BACK)

    def _verdict(self, text: str, trust: float) -> Verdict:
        ranking = self.rank(text)
        if ranking is None:
            return Verdict()
        scores = [*(share * ranking.meant * trust for share in ranking.shares), 0.0]
        first, *second = [
            Match(self._ids[entry], score, score - after, self._phrases[self._starts[entry] + place])
            for entry, score, after, place in zip(
                ranking.entries[:2], scores, scores[1:], ranking.nearest, strict=False
            )
        ]
        if ranking.elsewhere and ranking.signs.ideas < AS_WRITTEN:
            return Verdict(None, first, elsewhere=True)
        if first.score >= ENOUGH:
            return Verdict(first, second[0] if second else None)
        if scores[0] + scores[1] >= EITHER:
            return Verdict(None, first, (first.entry, second[0].entry))
        return Verdict(None, first)

    def _likeness(self, reading: Reading, ideas: list[str], sounds: list[str]) -> Floats:
        """How like ``reading`` each phrase is, 0 to 1: a row by ideas, a row by sound."""
        by_ideas = process.cdist([self._spelt(reading)], ideas, scorer=fuzz.ratio, dtype=np.float32)
        by_sound = process.cdist([reading.sound], sounds, scorer=fuzz.ratio, dtype=np.float32)
        return np.asarray(np.concatenate((by_ideas, by_sound)) / 100, np.float32)

    def _spelt(self, reading: Reading) -> str:
        """The reading as a word, an idea a letter, so that rapidfuzz compares ideas and their order."""
        return "".join(
            (self._letters.get(token.idea, STRANGE) if token.weight else STRANGE) * (1 if token.small else TELLING)
            for token in reading.tokens
        )


def _is_told(tokens: Sequence[Token]) -> bool:
    """Whether somebody is said to do something and nothing is asked ("I go to the gym")."""
    return tokens[0].idea in PEOPLE and not any(token.idea in ASKING for token in tokens)


def _surest(tokens: Sequence[Token], ideas: frozenset[str]) -> float:
    """How sure it is that any of ``ideas`` was said."""
    return max((token.weight for token in tokens if token.idea in ideas), default=0.0)
