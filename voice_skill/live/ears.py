"""Blocks of sound to turns: what was said, as soon as it is clear that the person is done."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from voice_skill.hear import SAMPLE_RATE
from voice_skill.hear.endpoint import Endpointer, SpeechBegan, SpeechEnded, SpeechGoesOn
from voice_skill.hear.recogniser import Decoding, Recogniser
from voice_skill.hear.recording import Block
from voice_skill.hear.voice import CHUNK
from voice_skill.hear.wake import Attempt, WakePhrase
from voice_skill.live.patience import Patience
from voice_skill.messages import Transcript, Understanding

LOOK = 0.2
"""Seconds of silence after which the words so far are read, to know how much more silence to wait for."""

LOOK_WHILE_TALKING = 0.06
"""The same while the skill talks: an interruption is short and urgent."""

READ_WHOLE = 8.0
"""Seconds. An utterance below this is decoded anew when it goes on after a look, above it only what is new."""

OWN_DECISION = 30.0
"""Seconds of silence for the endpointer: the end is decided here, by meaning."""

Understand = Callable[[Transcript], Understanding]
"""Words to meaning, in the conversation as it stands."""


@dataclass(frozen=True, slots=True)
class Began:
    """Somebody began to speak."""

    seconds: float
    """How long ago the sound of it begins."""


@dataclass(frozen=True, slots=True)
class Partial:
    """The words so far; the last ones may still change."""

    text: str


@dataclass(frozen=True, slots=True)
class Woken:
    """The wake phrase was heard; what follows it in the same breath is still to come."""


@dataclass(frozen=True, slots=True)
class Likely:
    """What the person will have said, should the silence last."""

    heard: Understanding


@dataclass(frozen=True, slots=True)
class Said:
    """A turn is over. The text is empty after the wake phrase alone, or a noise."""

    heard: Understanding
    quiet: float
    """Seconds of silence that it took to be sure."""
    samples: Block
    """Its sound."""


Sound = Began | Partial | Woken | Likely | Said


class Ears:
    """Finds turns in sound. Hears only the wake phrase, if there is one, while ``awake`` is false.

    ``understand`` tells what words mean; ``patience_factor`` may be changed at any time. While ``talking`` is true the
    skill itself can be heard as well: looks come sooner.
    """

    def __init__(
        self, recogniser: Recogniser, understand: Understand, patience: Patience, wake: WakePhrase | None = None
    ) -> None:
        self._recogniser = recogniser
        self._understand = understand
        self._patience = patience
        self._wake = wake
        self._endpointer = Endpointer(OWN_DECISION)
        self._attempt: Attempt | None = None
        self._hearing: _Hearing | None = None
        self.patience_factor = 1.0
        self.awake = False
        self.talking = False

    def forget(self) -> None:
        """Drop the utterance under way."""
        self._endpointer.finish()
        self._attempt = self._hearing = None

    @property
    def wake_words(self) -> tuple[str, ...]:
        """Those of the wake phrase; none without one."""
        return self._wake.words if self._wake else ()

    @property
    def speech(self) -> bool:
        """Whether somebody is speaking, pauses included."""
        return self._endpointer.speaking

    def accept(self, block: Block) -> Iterator[Sound]:
        """Take a block of any size; what was heard in it."""
        # A chunk at a time, so that the endpointer's silence belongs to the samples that it gives.
        for at in range(0, len(block), CHUNK):
            for event in self._endpointer.accept(block[at : at + CHUNK]):
                yield from self._take(event)
            yield from self._decide()

    def _take(self, event: SpeechBegan | SpeechGoesOn | SpeechEnded) -> Iterator[Sound]:
        if isinstance(event, SpeechEnded):
            yield from self._end()
            return
        if isinstance(event, SpeechBegan):
            self._begin()
            yield Began(len(event.samples) / SAMPLE_RATE)
        if self._attempt is not None:
            if self._attempt.accept(event.samples):
                yield Woken()
                self._hear_on(self._attempt)
        elif self._hearing is not None and self._hearing.accept(event.samples, silent=self._endpointer.quiet > 0):
            yield from self._words(self._hearing)

    def _words(self, hearing: "_Hearing") -> Iterator[Sound]:
        yield from self._called_by(hearing, hearing.partial)
        yield Partial(self._without_wake(Transcript(hearing.partial)).text)

    def _called_by(self, hearing: "_Hearing", *texts: str) -> Iterator[Sound]:
        """The wake phrase although it is awake: somebody calls it away from what it does."""
        if self._wake and not hearing.woke and any(self._wake.end_in(text.split()) is not None for text in texts):
            hearing.woke = True
            yield Woken()

    def _begin(self) -> None:
        self._attempt = self._hearing = None
        if self.awake:
            self._hearing = _Hearing(self._recogniser)
        elif self._wake is not None:
            self._attempt = self._wake.listen()

    def _hear_on(self, attempt: Attempt) -> None:
        """Woken in the middle of an utterance: the rest of it may be the question."""
        self._attempt, self._hearing = None, _Hearing(self._recogniser, woke=True)
        self._hearing.accept(attempt.samples, silent=False)

    def _decide(self) -> Iterator[Sound]:
        """Look at the words when the person pauses; end the turn when the pause is long enough for them."""
        quiet = self._endpointer.quiet
        if quiet < (LOOK_WHILE_TALKING if self.talking else LOOK):
            return
        if self._attempt is not None:
            yield from self._end_attempt()
        elif self._hearing is not None:
            if self._hearing.needed is None or (self._hearing.looked_at < LOOK <= quiet):
                self._hearing.look_anew()
                yield from self._called_by(self._hearing, *self._hearing.look().hypotheses)
                yield Likely(self._look(self._hearing))
            # Whoever was told may have had enough.
            if self._hearing is not None and quiet >= (self._hearing.needed or 0.0):
                yield from self._end()

    def _look(self, hearing: "_Hearing") -> Understanding:
        hearing.looked_at = self._endpointer.quiet
        heard = self._understand(self._without_wake(hearing.look()))
        nothing_yet = hearing.woke and not heard.transcript.text
        factor = self.patience_factor
        hearing.needed = self._patience.usual * factor if nothing_yet else self._patience.needed(heard, factor)
        return heard

    def _end_attempt(self) -> Iterator[Sound]:
        """The pause after the words that might be the wake phrase."""
        attempt = self._attempt
        assert attempt is not None
        if self._endpointer.quiet < self._patience.usual:
            return
        self._attempt = None
        if attempt.finish() is None:
            self._endpointer.finish()
            return
        yield Woken()
        self._hear_on(attempt)

    def _end(self) -> Iterator[Sound]:
        hearing, self._hearing, self._attempt = self._hearing, None, None
        quiet = self._endpointer.quiet
        self._endpointer.finish()
        if hearing is not None:
            heard = self._understand(self._without_wake(hearing.look()))
            yield Said(heard, quiet, hearing.samples)

    def _without_wake(self, heard: Transcript) -> Transcript:
        return self._wake.stripped(heard) if self._wake else heard


class _Hearing:
    """One utterance, decoded as it comes; can be looked at in a pause and go on after it."""

    def __init__(self, recogniser: Recogniser, woke: bool = False) -> None:
        self._recogniser = recogniser
        self._decoding: Decoding | None = recogniser.start()
        self._blocks: list[Block] = []
        self._done: Transcript | None = None
        """Words of the part before ``_decoding``."""
        self._looked: Transcript | None = None
        self._after_look: list[Block] = []
        self.woke = woke
        """It began with the wake phrase."""
        self.needed: float | None = None
        """Seconds of silence that end it, once its words were looked at."""
        self.looked_at = 0.0
        """Seconds of silence there were at that look."""
        self.partial = ""

    @property
    def samples(self) -> Block:
        """All of it."""
        return np.concatenate(self._blocks) if self._blocks else np.zeros(0, np.int16)

    def accept(self, samples: Block, silent: bool) -> bool:
        """Take more of it; whether the words changed."""
        self._blocks.append(samples)
        if self._looked is not None:
            self._after_look.append(samples)
            if silent:
                return False
            self._go_on()
        elif self._decoding is not None:
            self._decoding.accept(samples)
        before, self.partial = self.partial, self._words_so_far()
        return self.partial != before

    def look(self) -> Transcript:
        """The words so far, as if it were over."""
        if self._looked is None:
            assert self._decoding is not None
            now = self._decoding.finish()
            self._looked = now if self._done is None else _joined(self._done, now)
            self._decoding = None
        return self._looked

    def look_anew(self) -> None:
        """The next look has the silence since the last one too: the end of a "t" comes late."""
        if self._looked is not None:
            self._go_on()

    def _go_on(self) -> None:
        """The person speaks on after a look. A finished decoding takes no more, so another begins."""
        self._decoding = self._recogniser.start()
        if sum(map(len, self._blocks)) <= READ_WHOLE * SAMPLE_RATE:
            self._decoding.accept(self.samples)
        else:
            self._done = self._looked
            self._decoding.accept(np.concatenate([np.zeros(0, np.int16), *self._after_look]))
        self._looked, self._after_look, self.needed = None, [], None

    def _words_so_far(self) -> str:
        before = self._done.text if self._done else ""
        now = self._decoding.partial() if self._decoding else ""
        return f"{before} {now}".strip()


def _joined(first: Transcript, second: Transcript) -> Transcript:
    """Two parts of one utterance."""
    texts = [f"{one} {other}".strip() for one in first.hypotheses for other in second.hypotheses]
    moved = (replace(word, start=word.start + first.seconds, end=word.end + first.seconds) for word in second.words)
    return replace(
        second,
        text=texts[0],
        confidence=min(first.confidence, second.confidence),
        alternatives=tuple(dict.fromkeys(text for text in texts if text != texts[0]))[:4],
        words=(*first.words, *moved),
        seconds=first.seconds + second.seconds,
    )
