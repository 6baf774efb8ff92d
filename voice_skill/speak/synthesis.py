"""Sentences to speech, at the rate, in the voice and as loud as wanted, each made once."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from voice_skill.errors import SynthesisError
from voice_skill.speak.cache import Cache
from voice_skill.speak.engine import ENGINE
from voice_skill.speak.speakable import pieces
from voice_skill.speak.speech import Speech, joined

SLOWEST, FASTEST = 80, 400
"""Rates that espeak-ng takes."""

LOUDEST = 4.0
"""Above it the limiter makes every sound equally loud."""


def engine_rate(words_a_minute: float) -> int:
    """The rate to ask espeak-ng for.

    Its own "words a minute" come out 15 % too fast: over all shipped answers, pauses included, 120 gave 137, 155 gave
    180 and 200 gave 235. This is the line through those.
    """
    return min(max(round((words_a_minute + 9.6) / 1.22), SLOWEST), FASTEST)


class Voice:
    """A way to speak. Any number of them share one engine; each may be used from any thread.

    ``rate`` is in words a minute, pauses included; ``voice`` is a name of espeak-ng's such as ``en-us+f3``; ``volume``
    is a factor, and above 1 a limiter keeps it clean. ``cache`` is a folder for finished sentences of at most
    ``cache_mb`` megabytes.
    """

    def __init__(
        self,
        rate: float = 155,
        voice: str | None = None,
        volume: float = 1.0,
        cache: Path | None = None,
        cache_mb: int = 50,
    ) -> None:
        self._rate = rate
        self._name = voice
        self._volume = min(max(volume, 0.0), LOUDEST)
        self._cache = Cache(cache, cache_mb)

    def adjusted(self, rate: float = 1.0, volume: float = 1.0) -> "Voice":
        """This voice after "slower" or "louder": ``rate`` and ``volume`` are factors. It shares the cache."""
        if rate == volume == 1.0:
            return self
        other = Voice(self._rate * rate, self._name, self._volume * volume)
        other._cache = self._cache
        return other

    def prepare(self) -> None:
        """Start the engine in the background, so that the first sentence need not wait. Faults are told there."""
        with contextlib.suppress(SynthesisError):
            ENGINE.start()

    def synthesise(self, text: str) -> Speech:
        """``text`` spoken; ``SynthesisError`` says what is missing."""
        parts = list(self.stream(text))
        return parts[0] if len(parts) == 1 else joined(parts, text)

    def stream(self, text: str) -> Iterator[Speech]:
        """``text`` spoken, a long one piece by piece as they are made."""
        for piece in pieces(text):
            yield self._piece(piece).at_volume(self._volume)

    def _piece(self, text: str) -> Speech:
        key = f"3|{self._name}|{engine_rate(self._rate)}|{text}"
        speech = self._cache.get(key)
        if speech is None:
            speech = ENGINE.speak(text, engine_rate(self._rate), self._name)
            self._cache.put(key, speech)
        return speech
