"""The skill's own voice in its microphone: it knows what it says and when, so those words are not taken for a person's.

Only words heard at the time they were spoken are left out: somebody who repeats them a moment later is heard.
Pure: times are passed in, in seconds.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from voice_skill.messages import Transcript

ALIKE = 75.0
"""Likeness, 0 to 100, from which a heard word passes for a spoken one: an echo is heard badly."""

EARLY = 0.5
"""Seconds before its reckoned time that a word may be heard: times within a sentence are reckoned by letters."""

LATE = 0.9
"""Seconds after it: the same, and the way through loudspeaker, room and microphone."""

TAIL = 0.35
"""Seconds that the last sound of a sentence takes until the microphone has it; what begins later is no echo."""

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

    def spoken(self) -> Iterable[tuple[str, float]]:
        """Each word that was heard, and when it began."""
        letters = sum(len(word) + 1 for word in self.words)
        before = 0
        for word in self.words:
            at = self.start + self.seconds * before / letters
            if at < self.end:
                yield word, at
            before += len(word) + 1


class OwnVoice:
    """What was said lately."""

    def __init__(self) -> None:
        self._sentences: deque[_Sentence] = deque(maxlen=REMEMBERED)

    def said(self, text: str, start: float, seconds: float) -> None:
        """A sentence begins to sound."""
        self._sentences.append(_Sentence(_words(text), start, start + seconds, seconds))

    def cut(self, now: float) -> None:
        """It was stopped."""
        for sentence in self._sentences:
            sentence.end = min(sentence.end, now)

    def sounding(self, now: float) -> bool:
        """Whether it can be in the microphone now."""
        return bool(self._sentences) and self._sentences[-1].end + TAIL > now

    def words(self, since: float, until: float) -> tuple[str, ...]:
        """The words that may be heard between two moments."""
        return tuple(word for word, _ in self._between(since, until))

    def without(self, heard: Transcript, began: float, now: float) -> Transcript:
        """``heard``, whose sound began at ``began``, less the skill's own words, in every hypothesis."""
        own = self._between(began, now)
        if not own or not heard.text:
            return heard
        echoed = self._echoed(heard, began, own) if heard.words else [word for word, _ in own]
        if not echoed:
            return heard
        best = _others(heard.text, echoed)
        texts = dict.fromkeys(_others(text, echoed) for text in heard.alternatives)
        return replace(heard, text=best, alternatives=tuple(text for text in texts if text and text != best))

    def _between(self, since: float, until: float) -> list[tuple[str, float]]:
        return [
            (word, at)
            for sentence in self._sentences
            if sentence.end + TAIL > since
            for word, at in sentence.spoken()
            if since - LATE <= at <= until + EARLY
        ]

    def _echoed(self, heard: Transcript, began: float, own: list[tuple[str, float]]) -> list[str]:
        """The heard words that sounded when the skill said them; each of its words explains one."""
        last = self._sentences[-1].end + TAIL
        left, echoed = list(own), []
        for word in heard.words:
            start, end = began + word.start, began + word.end
            near = [one for one in left if start - LATE <= one[1] <= end + EARLY and start < last]
            best = max(near, key=lambda one: fuzz.ratio(word.text, one[0]), default=None)
            if best is not None and fuzz.ratio(word.text, best[0]) >= ALIKE:
                left.remove(best)
                echoed.append(word.text)
        return echoed


def _others(text: str, own: Iterable[str]) -> str:
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
