"""A sound that has an end: its utterances, and a second look where a voice was perhaps missed or cut."""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from voice_skill.hear import SAMPLE_RATE
from voice_skill.hear.endpoint import SILENCE, Endpointer, Event, SpeechBegan, SpeechEnded, Utterance
from voice_skill.hear.recording import Block
from voice_skill.hear.voice import CHUNK, MOST_GAIN, QUIET_SPEECH, amplified

SHORT = 30.0
"""Seconds. A recording below this is looked at once more: somebody meant to ask."""

PERHAPS = 0.3
"""Probability that half of all whispers reached. Music and some sirens reach it too: what is heard must make sense."""

ABOVE_ROOM = 3.0
"""Times the quiet tenth of a sound from which somebody may be speaking: the detector knows no whispers, this does."""

QUIETEST = 4.0
"""Root mean square, of 32,768, that a room is taken to have at least."""

SHARE = 0.1
"""Of the loudest chunk; what is below is an echo, or far away."""

MISSED = 6
"""Chunks (0.2 s, a syllable) outside of all utterances from which something was missed; clear speech leaves 2."""

AROUND = 16
"""Chunks (0.5 s) kept before and after."""


class WholeSound(Endpointer):
    """The events of a sound that has an end, such as a recording or what another program sends.

    When it is short, and holds perhaps more of a voice than was noticed, all of it comes last, as one more utterance
    that is ``whole``.
    """

    def __init__(self, silence: float = SILENCE) -> None:
        super().__init__(silence)
        self._kept: list[Block] = []
        self._length = 0
        self._spans: list[tuple[float, float]] = []

    def accept(self, block: Block) -> list[Event]:
        """As ``Endpointer.accept``."""
        events = super().accept(block)
        self._note(events)
        self._length += len(block)
        if self._length > SHORT * SAMPLE_RATE:
            self._kept.clear()
        else:
            self._kept.append(block)
        return events

    def finish(self) -> list[Event]:
        """The sound is over. Call it once."""
        events = super().finish()
        self._note(events)
        if not self._kept or self._length < CHUNK:
            return events
        chunks = np.concatenate(self._kept)[: self._length - self._length % CHUNK].reshape(-1, CHUNK)
        loud = _loudness(chunks)
        room = max(float(np.quantile(loud, 0.1)), QUIETEST)
        lively = np.flatnonzero((loud > ABOVE_ROOM * room) & (loud > SHARE * loud.max()))
        if self._outside(lively) < MISSED and (self.detected or self.likeliest < PERHAPS):
            return events
        first, last = (lively[0], lively[-1]) if len(lively) else (0, len(chunks))
        begins = max(int(first) - AROUND, 0)
        heard = chunks[begins : int(last) + AROUND + 1].reshape(-1)
        gain = min(QUIET_SPEECH / max(float(loud.max()), 1.0), MOST_GAIN)
        utterance = Utterance(
            begins * CHUNK / SAMPLE_RATE, [amplified(heard, gain) if gain > 1.0 else heard], certain=False, whole=True
        )
        return [*events, SpeechBegan(utterance.start, utterance.samples), SpeechEnded(utterance)]

    def _note(self, events: list[Event]) -> None:
        ended = (event.utterance for event in events if isinstance(event, SpeechEnded))
        self._spans += ((one.start, one.start + one.seconds) for one in ended)

    def _outside(self, chunks: NDArray[np.intp]) -> int:
        """How many of ``chunks`` none of the utterances holds."""
        starts = chunks * CHUNK / SAMPLE_RATE
        held = np.zeros(len(chunks), bool)
        for begin, end in self._spans:
            held |= (starts + CHUNK / SAMPLE_RATE >= begin) & (starts <= end)
        return int(np.count_nonzero(~held))


def _loudness(chunks: Block) -> NDArray[np.float32]:
    """Root mean square of each, of 32,768, without what a device adds to all samples alike."""
    wide = chunks.astype(np.float32)
    wide -= wide.mean()
    root: NDArray[np.float32] = np.sqrt(np.mean(np.square(wide), axis=1))
    return root


def utterances(blocks: Iterable[Block], silence: float = SILENCE) -> Iterator[Utterance]:
    """The utterances of a recording, each as soon as it ended; a ``whole`` one comes last."""
    for event in speech(blocks, silence):
        if isinstance(event, SpeechEnded):
            yield event.utterance


def speech(blocks: Iterable[Block], silence: float = SILENCE) -> Iterator[Event]:
    """The events of a recording, as they happen, those of a ``whole`` utterance last."""
    endpointer = WholeSound(silence)
    for block in blocks:
        yield from endpointer.accept(block)
    yield from endpointer.finish()
