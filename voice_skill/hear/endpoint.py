"""Where an utterance begins and ends, by voice activity."""

from collections import deque
from dataclasses import dataclass, field

import numpy as np

from voice_skill.hear import SAMPLE_RATE
from voice_skill.hear.recording import Block
from voice_skill.hear.voice import CHUNK, GOES_ON, MOST_GAIN, QUIET_SPEECH, Voice, amplified, loudness

__all__ = [
    "CHUNK",
    "Endpointer",
    "Event",
    "SpeechBegan",
    "SpeechEnded",
    "SpeechGoesOn",
    "Utterance",
    "amplified",
    "loudness",
]

BEGINS = 0.5
"""Probability of speech from which an utterance begins: the Silero authors' own."""

VOICED = 4
"""Chunks of speech (0.13 s) from which an utterance is certain: the shortest "no" has 8, a click 1 or 2."""

SILENCE = 1.0
"""Seconds of silence that end an utterance. What belongs together is joined again by meaning."""

BEFORE = 0.5
"""Seconds kept before speech was noticed: the first consonant is quieter than the vowel that gives it away."""

SETTLES = 5
"""Chunks (0.16 s) that a quiet beginning is given to show how loud the person speaks."""

AFTER = 0.3
"""Seconds of the silence that are kept."""

LONGEST_UTTERANCE = 60.0
"""Seconds. Nobody asks for so long; a radio talks for so long, and must not fill the memory."""


@dataclass
class Utterance:
    """Speech between two silences."""

    start: float
    """Seconds from the start of the sound."""
    blocks: list[Block] = field(default_factory=list)
    certain: bool = True
    """A voice was detected in it."""
    whole: bool = False
    """All of a short sound, looked at once more: perhaps more was said in it than its other utterances hold."""

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

    While nobody speaks it holds half a second of sound, and the steady noise of a room costs next to nothing. Very
    quiet speech is raised. ``silence`` (seconds) may be changed at any time. Not for use by two threads at once.
    """

    def __init__(self, silence: float = SILENCE) -> None:
        self.silence = silence
        self.detected = False
        """A voice was ever heard."""
        self._voice = Voice()
        self._rest: Block = np.zeros(0, np.int16)
        self._before: deque[Block] = deque(maxlen=round(BEFORE * SAMPLE_RATE / CHUNK))
        self._settling: list[Block] = []
        self._current: Utterance | None = None
        self._held: list[Block] = []
        self._loudest = 0.0
        self._voiced = 0
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

    @property
    def likeliest(self) -> float:
        """The highest probability of speech so far, 0 to 1."""
        return self._voice.likeliest

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
        events: list[Event] = []
        if self._settling:
            self._begin(events)
        if self._current is None:
            return []
        if len(self._rest) and not self._held:
            self._add(self._rest, events)
            self._at += len(self._rest)
            self._rest = self._rest[:0]
        self._end(events)
        return events

    def _chunk(self, chunk: Block, events: list[Event]) -> None:
        self._at += CHUNK
        level = loudness(chunk)
        amid = self.speaking or bool(self._settling)
        speech = self._voice.probability(chunk, level, amid)
        if not amid and speech < BEGINS:
            self._before.append(chunk)
            return
        self._voiced += speech >= BEGINS
        self._loudest = max(self._loudest, level)
        if self._current is None:
            self._settling.append(chunk)
            if self._loudest >= QUIET_SPEECH or len(self._settling) > SETTLES:
                self._begin(events)
            return
        self._go_on(chunk, speech, events)
        if self.quiet >= self.silence or self._at / SAMPLE_RATE - self._current.start >= LONGEST_UTTERANCE:
            self._end(events)

    def _begin(self, events: list[Event]) -> None:
        samples = self._raised(np.concatenate((*self._before, *self._settling)))
        self._before.clear()
        self._settling.clear()
        self.detected = True
        self._current = Utterance((self._at - len(samples)) / SAMPLE_RATE, [samples])
        events.append(SpeechBegan(self._current.start, samples))

    def _go_on(self, chunk: Block, speech: float, events: list[Event]) -> None:
        if speech >= GOES_ON:
            self._quiet = 0
            held, self._held = self._held, []
            self._add(np.concatenate((*held, chunk)) if held else chunk, events)
            return
        self._quiet += 1
        if self.quiet <= AFTER:
            self._add(chunk, events)
        else:
            self._held.append(chunk)

    def _add(self, samples: Block, events: list[Event]) -> None:
        assert self._current is not None
        raised = self._raised(samples)
        self._current.blocks.append(raised)
        if events and isinstance(events[-1], SpeechGoesOn):
            events[-1] = SpeechGoesOn(np.concatenate((events[-1].samples, raised)))
        else:
            events.append(SpeechGoesOn(raised))

    def _end(self, events: list[Event]) -> None:
        assert self._current is not None
        self._current.certain = self._voiced >= VOICED
        events.append(SpeechEnded(self._current))
        self._before.extend(self._held)
        self._current, self._held = None, []
        self._loudest, self._voiced, self._quiet = 0.0, 0, 0

    def _raised(self, samples: Block) -> Block:
        gain = min(QUIET_SPEECH / max(self._loudest, 1.0), MOST_GAIN)
        return amplified(samples, gain) if gain > 1.0 else samples
