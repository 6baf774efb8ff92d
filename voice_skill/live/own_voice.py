"""The skill's own voice in its microphone: it knows what it says and when, so those words are not taken for a person's.

Pure: times are passed in.
"""

from collections import deque
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from voice_skill.messages import Transcript

ALIKE = 75.0
"""Likeness, 0 to 100, from which a heard word passes for a spoken one: an echo is heard badly."""

EARLY = 0.4
"""Seconds before its reckoned time that a word may be heard: times within a sentence are reckoned by letters."""

LATE = 1.2
"""Seconds after it: the way through loudspeaker, room and microphone, and the recogniser's."""

REMEMBERED = 64
"""Sentences kept: far more than any echo lasts."""


@dataclass(slots=True)
class _Sentence:
    words: tuple[str, ...]
    start: float
    end: float
    """When it ends, or was cut off."""
    seconds: float
    """Its whole length."""


class OwnVoice:
    """What was said lately."""

    def __init__(self) -> None:
        self._sentences: deque[_Sentence] = deque(maxlen=REMEMBERED)

    def said(self, text: str, start: float, seconds: float) -> None:
        """A sentence begins to sound."""
        self._sentences.append(_Sentence(_words(text), start, start + seconds, seconds))

    def cut(self, now: float) -> None:
        """It was stopped."""
        if self._sentences:
            last = self._sentences[-1]
            last.end = min(last.end, now)

    def sounding(self, now: float) -> bool:
        """Whether it can be in the microphone now."""
        return bool(self._sentences) and self._sentences[-1].end + LATE > now

    def words(self, since: float, until: float) -> tuple[str, ...]:
        """The words that may be heard between two moments."""
        found = []
        for sentence in self._sentences:
            step = sentence.seconds / max(1, len(sentence.words))
            for place, word in enumerate(sentence.words):
                at = sentence.start + place * step
                if since - LATE <= at <= min(sentence.end, until + EARLY):
                    found.append(word)
        return tuple(found)

    def without(self, heard: Transcript, since: float, until: float) -> Transcript:
        """``heard`` less the words that were the skill's own, in every hypothesis."""
        own = self.words(since, until)
        if not own or not heard.text:
            return heard
        texts = dict.fromkeys(_others(text, own) for text in heard.hypotheses)
        best = _others(heard.text, own)
        return replace(heard, text=best, alternatives=tuple(text for text in texts if text and text != best))


def _others(text: str, own: tuple[str, ...]) -> str:
    """The words of ``text`` that are not like any of ``own``; each of those explains one."""
    left = list(own)
    kept = []
    for word in text.split():
        near = max(left, key=lambda other: fuzz.ratio(word, other), default=None)
        if near is not None and fuzz.ratio(word, near) >= ALIKE:
            left.remove(near)
        else:
            kept.append(word)
    return " ".join(kept)


def _words(text: str) -> tuple[str, ...]:
    cleaned = "".join(mark if mark.isalnum() or mark in "'-" else " " for mark in text.lower().replace("’", "'"))
    return tuple(cleaned.replace("-", " ").split())
