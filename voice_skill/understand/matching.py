"""The closest FAQ entry, its score and its margin."""

import re
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from voice_skill.content import Content
from voice_skill.messages import Match

ENOUGH = 0.8
"""Likeness from which an entry is answered."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the matcher makes of an utterance."""

    match: Match | None
    runner_up: Match | None


class Matcher:
    """Finds the entry of ``content`` whose phrases are most like what was said."""

    def __init__(self, content: Content) -> None:
        self._phrases = [(phrase, name) for name, entry in content.entries.items() for phrase in entry.phrases]
        self._plain = [_plain(phrase) for phrase, _ in self._phrases]

    def match(self, hypotheses: tuple[str, ...]) -> Verdict:
        """The best entry over all ``hypotheses``."""
        best: dict[str, tuple[str, str, float]] = {}
        for text in hypotheses:
            for near in self.nearest(text, len(self._phrases)):
                if near[1] not in best or best[near[1]][2] < near[2]:
                    best[near[1]] = near
        ranked = sorted(best.values(), key=lambda near: -near[2])
        scores = [near[2] for near in ranked] + [0.0]
        matches = [
            Match(entry, score, score - scores[place + 1], phrase)
            for place, (phrase, entry, score) in enumerate(ranked[:2])
        ]
        if matches and matches[0].score >= ENOUGH:
            return Verdict(matches[0], matches[1] if len(matches) > 1 else None)
        return Verdict(None, matches[0] if matches else None)

    def nearest(self, text: str, count: int) -> list[tuple[str, str, float]]:
        """The ``count`` phrases most like ``text``: phrase, entry, likeness from 0 to 1."""
        found = process.extract(_plain(text), self._plain, scorer=fuzz.token_set_ratio, processor=None, limit=count)
        return [(*self._phrases[place], score / 100) for _, score, place in found]


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9']+", text.lower()))
