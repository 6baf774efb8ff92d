"""The closest FAQ entry, its score and its margin.

Four views are joined: which entries the ideas of the utterance speak for, and which its sounds (``index``); which
phrase is nearest idea by idea, and which by sound alone (rapidfuzz). ``calibration`` makes them a
probability, and says how sure it is that any entry is meant.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from voice_skill.content import Content
from voice_skill.messages import Match
from voice_skill.understand import calibration
from voice_skill.understand.calibration import Floats, Signs
from voice_skill.understand.index import Index, heard, said
from voice_skill.understand.words import Reading, Token, Words

SHORTLIST = 50
"""Entries whose phrases are compared one by one: the index puts the right one among far fewer."""
LATER = 0.9
"""Trust in a recogniser's second and later hypotheses, against its first."""
ENOUGH = 0.45
"""Score from which an entry is answered."""
EITHER = 0.5
"""Score of the two best together from which the person is asked which is meant."""
SITES = frozenset({"upper_back", "blades"})
"""Ideas that name the place itself."""
BACK = frozenset({"back", "spine"})
"""Ideas that may be the upper back, if no lower part of it is named."""
LOW = "lower_back"
AS_WRITTEN = 0.9
"""Likeness to a phrase from which a part of the body in it is what its author meant."""
PASSING = 0.5
"""How far a word is known that is no idea and stands in some phrase in passing, such as "car"."""
LETTERS = 0x4E00
"""Ideas are compared as letters of a word; the first of a range long enough for 20,000 of them."""
STRANGE = "?"
"""The letter of every idea that no phrase holds."""


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
    views: Floats
    """A row an entry: what its ideas and its sounds say of it, and likeness by ideas and by sound."""
    shares: Floats
    """Probability of each entry, given that one of them is meant."""
    nearest: Sequence[int]
    """Place of the nearest phrase among those of the entry, for the first two."""
    signs: Signs
    """What speaks for any entry being meant at all."""
    elsewhere: bool
    """Another part of the body is named, and the upper back is not."""


class Matcher:
    """Finds the entry of ``content`` that an utterance asks for."""

    def __init__(self, content: Content) -> None:
        self._lexicon = content.lexicon
        self._ids = list(content.entries)
        self._phrases = [phrase for entry in content.entries.values() for phrase in entry.phrases]
        sizes = [len(entry.phrases) for entry in content.entries.values()]
        self._sizes = np.array(sizes, np.intp)
        self._starts = [0, *np.cumsum(sizes, dtype=np.intp).tolist()]
        self._entry_of = np.repeat(np.arange(len(sizes)), sizes).tolist()
        self._words = Words(content.lexicon, self._phrases)
        readings = [self._words.read(phrase) for phrase in self._phrases]
        names = {token.idea for reading in readings for token in reading.tokens}
        self._letters = {name: chr(LETTERS + number) for number, name in enumerate(sorted(names))}
        self._ideas = [self._spelt(reading) for reading in readings]
        self._sounds = [reading.sound for reading in readings]
        self._said = Index([said(reading) for reading in readings], self._entry_of, len(sizes))
        self._heard = Index([heard(reading) for reading in readings], self._entry_of, len(sizes))

    def match(self, hypotheses: Sequence[str]) -> Verdict:
        """The best entry over all ``hypotheses``, the first of which is trusted most."""
        verdicts = [self._verdict(text, LATER if place else 1.0) for place, text in enumerate(hypotheses)]
        if verdicts and verdicts[0].elsewhere:
            return verdicts[0]
        return max(verdicts, key=lambda verdict: verdict.certainty, default=Verdict())

    def nearest(self, text: str, count: int) -> list[tuple[str, str, float]]:
        """The ``count`` phrases most like ``text``: phrase, entry, likeness from 0 to 1."""
        likeness = self._likeness(self._words.read(text), self._ideas, self._sounds).mean(axis=0)
        best = np.argsort(-likeness, kind="stable")[:count].tolist()
        return [(self._phrases[at], self._ids[self._entry_of[at]], float(likeness[at])) for at in best]

    def rank(self, text: str) -> Ranking | None:
        """The likeliest entries for ``text``; ``None`` when nothing of it says anything."""
        return self._rank(self._words.read(text))

    def _rank(self, reading: Reading) -> Ranking | None:
        if not self._ids or not any(token.weight and not token.small for token in reading.tokens):
            return None
        by_said, by_heard = self._said.scores(said(reading)), self._heard.scores(heard(reading))
        listed = np.sort(np.argsort(-by_said - by_heard, kind="stable")[:SHORTLIST])
        likeness = self._likeness(reading, *self._phrases_of(listed))
        starts = np.concatenate(([0], np.cumsum(self._sizes[listed])))
        best = np.maximum.reduceat(likeness, starts[:-1], axis=1)
        views = np.column_stack((by_said[listed], by_heard[listed], *best))
        shares = calibration.shares(views)
        order = np.argsort(-shares, kind="stable")
        nearest = [int(likeness[:, starts[at] : starts[at + 1]].sum(axis=0).argmax()) for at in order[:2]]
        signs = self._signs(reading, views[order[0]], float(shares[order[0]]))
        return Ranking(listed[order].tolist(), views[order], shares[order], nearest, signs, self._is_elsewhere(reading))

    def _phrases_of(self, entries: npt.NDArray[np.intp]) -> tuple[list[str], list[str]]:
        """The phrases of ``entries`` as ideas and as sounds."""
        if len(entries) == len(self._ids):
            return self._ideas, self._sounds
        places = [place for entry in entries for place in range(self._starts[entry], self._starts[entry + 1])]
        return [self._ideas[place] for place in places], [self._sounds[place] for place in places]

    def _signs(self, reading: Reading, views: Floats, share: float) -> Signs:
        words = [token for token in reading.tokens if not token.small]
        unknown = sum(1 - token.weight * (1.0 if token.idea in self._lexicon.ideas else PASSING) for token in words)
        ideas = {token.idea for token in words if token.weight}
        place, topic = _surest(words, SITES), _surest(words, self._lexicon.topic)
        share = min(share, 1 - 1e-6)
        return Signs(
            clear=float(np.log(share / (1 - share))),
            ideas=float(views[2]),
            sound=float(views[3]),
            astray=(1 - topic) * min(1.0, unknown),
            stray=(1 - place) * unknown / len(words),
            place=place,
            topic=topic,
            known=min(len(ideas), 4),
            bare=len(ideas) == 1 and not ideas & self._lexicon.topic,
        )

    def _is_elsewhere(self, reading: Reading) -> bool:
        ideas = {token.idea for token in reading.tokens if token.weight == 1}
        named = ideas & self._lexicon.elsewhere
        return bool(named) and not ideas & SITES and (LOW in named or not ideas & BACK)

    def _verdict(self, text: str, trust: float) -> Verdict:
        ranking = self.rank(text)
        if ranking is None:
            return Verdict()
        scores = [*(ranking.shares * calibration.meant(ranking.signs) * trust).tolist(), 0.0]
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
        return "".join(self._letters.get(token.idea, STRANGE) for token in reading.tokens)


def _surest(tokens: Sequence[Token], ideas: frozenset[str]) -> float:
    """How sure it is that any of ``ideas`` was said."""
    return max((token.weight for token in tokens if token.idea in ideas), default=0.0)
