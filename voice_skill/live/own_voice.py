"""The skill's own voice in its microphone: it knows what it says and when, so those words are not taken for a person's.

Only words heard at the time they were spoken are left out: somebody who repeats them a moment later is heard.
Pure: times are passed in, in seconds.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from rapidfuzz import fuzz, process

from voice_skill.messages import Transcript
from voice_skill.speak.playback import Said

ALIKE = 70.0
"""Likeness, 0 to 100, from which a heard word passes for a spoken one: an echo is heard badly."""

BEGUN = 3
"""Letters of a heard word that pass for the spoken word which they begin: an echo loses ends ("pee" for "peeing")."""

SOMEWHAT_ALIKE = 50.0
"""The same for a single word that would stop the skill."""

EARLY = 0.5
"""Seconds before its reckoned time that a word may be heard: times within a sentence are reckoned by letters."""

LATE = 0.9
"""Seconds after it: the same, and the way through loudspeaker, room and microphone."""

TAIL = 0.35
"""Seconds that the last sound of a sentence takes until the microphone has it; what begins later is no echo."""


class OwnVoice:
    """What was said lately, as ``said`` lists it, the latest last."""

    def __init__(self, said: Callable[[], Sequence[Said]]) -> None:
        self._said = said

    def sounding(self, now: float) -> bool:
        """Whether it can be in the microphone now."""
        return any(said.ended + TAIL > now for said in self._said())

    def words(self, since: float, until: float) -> tuple[str, ...]:
        """The words that may be heard between two moments."""
        return tuple(word for word, _ in self._between(since, until))

    def like(self, word: str, now: float) -> bool:
        """Whether the skill has just said something that ``word`` may be an echo of, even a bad one."""
        return any(fuzz.ratio(word, own) >= SOMEWHAT_ALIKE for own in self.words(now - LATE, now))

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
            for said in self._said()
            if said.ended + TAIL > since
            for word, at in _spoken(said)
            if since - LATE <= at <= until + EARLY
        ]

    def _echoed(self, heard: Transcript, began: float, own: list[tuple[str, float]]) -> list[str]:
        """The heard words that sounded when the skill said them; each of its words explains one."""
        last = max(said.ended for said in self._said()) + TAIL
        left, echoed = list(own), []
        for word in heard.words:
            start, end = began + word.start, began + word.end
            near = [one for one in left if start - LATE <= one[1] <= end + EARLY and start < last]
            explained = _explaining(word.text, [text for text, _ in near])
            for at in explained:
                left.remove(near[at])
            if explained:
                echoed.append(word.text)
        return echoed


def _spoken(said: Said) -> Iterator[tuple[str, float]]:
    """Each word that was heard, and when it began."""
    words = _words(said.speech.text)
    letters = sum(len(word) + 1 for word in words)
    before = 0
    for word in words:
        at = said.began + said.speech.seconds * before / letters
        if at < said.ended:
            yield word, at
        before += len(word) + 1


def _others(text: str, own: Iterable[str]) -> str:
    """The words of ``text`` that are not like any of ``own``; each of those explains one."""
    left = list(own)
    kept = []
    for word in text.split():
        explained = _explaining(word, left)
        if explained:
            del left[explained.start : explained.stop]
        else:
            kept.append(word)
    return " ".join(kept)


def _explaining(heard: str, spoken: Sequence[str]) -> range:
    """Which of the words ``spoken`` the ``heard`` one passes for: one, two in a row ("i am" for "i'm"), or none."""
    heard = heard.replace("'", "")
    alone = [word.replace("'", "") for word in spoken]
    found = process.extractOne(heard, [*alone, *map("".join, pairwise(alone))], scorer=fuzz.ratio, score_cutoff=ALIKE)
    if found:
        at = found[2]
        return range(at, at + 1) if at < len(alone) else range(at - len(alone), at - len(alone) + 2)
    begun = (at for at, word in enumerate(alone) if len(heard) >= BEGUN and word.startswith(heard))
    return next((range(at, at + 1) for at in begun), range(0))


def _words(text: str) -> tuple[str, ...]:
    cleaned = "".join(mark if mark.isalnum() or mark in "'-" else " " for mark in text.lower().replace("’", "'"))
    return tuple(cleaned.replace("-", " ").split())
