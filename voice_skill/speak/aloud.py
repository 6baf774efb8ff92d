"""Says sentences: through the loudspeaker, into a WAV file, or both. What is missing is told once."""

from collections.abc import Callable, Iterable
from itertools import chain
from pathlib import Path

import numpy as np

from voice_skill.errors import AudioDeviceError, SynthesisError
from voice_skill.speak.playback import WavWriter, play
from voice_skill.speak.synthesis import Speech, Voice

PAUSE = 0.6
"""Seconds of silence between two replies in one WAV file."""


class Aloud:
    """A voice with somewhere to go. Without a voice or a loudspeaker it goes on in silence."""

    def __init__(
        self,
        voice: Callable[[], Voice],
        device: str | None = None,
        out: Path | None = None,
        loudspeaker: bool = True,
        tell: Callable[[str], None] = lambda line: None,
    ) -> None:
        self._make_voice = voice
        self._voice: Voice | None = None
        self._device = device
        self._out = WavWriter(out) if out else None
        self._loudspeaker = loudspeaker
        self._tell = tell

    @property
    def silent(self) -> bool:
        """Whether there is nowhere for a voice to go."""
        return not self._loudspeaker and self._out is None

    def first(self, sentences: Iterable[str]) -> Iterable[Speech]:
        """The sentences as speech, made as they are taken, the first one at once."""
        if self.silent:
            return ()
        speeches = iter(self._speeches(sentences))
        ready = next(speeches, None)
        return () if ready is None else chain([ready], speeches)

    def say(self, speeches: Iterable[Speech]) -> None:
        """Speak them in turn; returns when the last word was heard."""
        rate = 0
        for speech in speeches:
            rate = speech.rate
            if self._out:
                self._out.write(speech)
            self._play(speech)
        if self._out and rate:
            self._out.write(Speech(np.zeros(int(PAUSE * rate), np.int16), rate))

    def _speeches(self, sentences: Iterable[str]) -> Iterable[Speech]:
        try:
            if self._voice is None:
                self._voice = self._make_voice()
            for sentence in sentences:
                yield self._voice.synthesise(sentence)
        except SynthesisError as error:
            self._loudspeaker = False
            self._tell(f"the answers are not spoken: {error}")

    def _play(self, speech: Speech) -> None:
        if not self._loudspeaker:
            return
        try:
            play(speech, self._device)
        except AudioDeviceError as error:
            self._loudspeaker = False
            self._tell(f"the answers are not spoken: {error}")

    def close(self) -> None:
        """Finish the WAV file and let the voice go."""
        if self._out:
            self._out.close()
        if self._voice:
            self._voice.close()
