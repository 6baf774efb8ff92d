"""How much silence ends a turn, by what was said so far. Pure."""

from collections.abc import Collection
from dataclasses import dataclass

from voice_skill.messages import Understanding

SURE = 0.8
"""Score, 0 to 1, from which a question is taken to be complete."""

CLEAR = 0.2
"""Margin, 0 to 1, over the next entry that goes with it."""

LONGEST_ENDING = 2
"""Words of the longest ending that is looked up, such as "you know"."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds of silence, for one person."""

    quick: float = 0.3
    """After a complete question, a plain yes or no, or a danger sign."""
    usual: float = 0.8
    unfinished: float = 1.6
    """After words that more must follow."""
    endings: Collection[str] = frozenset()
    """Those words, in small letters: ``responses/listening.toml``."""

    def needed(self, heard: Understanding, factor: float = 1.0) -> float:
        """Seconds of silence after ``heard``; ``factor`` is 2 after "give me more time"."""
        return factor * self._needed(heard)

    def _needed(self, heard: Understanding) -> float:
        if heard.red_flags:
            return self.quick
        if self.is_unfinished(heard.transcript.text):
            return self.unfinished
        if heard.command or (heard.match and heard.match.score >= SURE and heard.match.margin >= CLEAR):
            return self.quick
        return self.usual

    def is_unfinished(self, text: str) -> bool:
        """Whether the words end in the middle of something."""
        words = text.lower().split()
        return any(" ".join(words[-count:]) in self.endings for count in range(1, LONGEST_ENDING + 1) if words)
