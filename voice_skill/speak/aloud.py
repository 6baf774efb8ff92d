"""Says replies: through the loudspeaker, into a WAV file, or both. What is missing is told once."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path

from voice_skill.errors import AudioDeviceError, SynthesisError
from voice_skill.messages import Delivery
from voice_skill.speak.playback import Player
from voice_skill.speak.speech import Speech, silence
from voice_skill.speak.synthesis import Voice
from voice_skill.speak.wav import WavWriter

PAUSE = 0.6
"""Seconds of silence after a reply in the WAV file."""


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
        self._player = Player(device) if loudspeaker else None
        self._out = WavWriter(out) if out else None
        self._tell = tell
        self._told: set[str] = set()
        self._voice = voice()
        if not self.silent:
            self._voice.prepare()

    @property
    def silent(self) -> bool:
        """Whether there is nowhere for a voice to go."""
        return self._player is None and self._out is None

    @property
    def unwritten(self) -> bool:
        """Whether a WAV file was asked for and nothing could be written to it so far; why was told."""
        return self._out is not None and not self._out.begun

    def first(self, sentences: Iterable[str], delivery: Delivery = Delivery()) -> Iterable[Speech]:  # noqa: B008 - frozen
        """The sentences as speech, made as they are taken, the first one at once."""
        if self.silent:
            return ()
        speeches = self._speeches(sentences, self._voice.adjusted(delivery.rate, delivery.volume))
        ready = next(speeches, None)
        return () if ready is None else chain([ready], speeches)

    def say(self, speeches: Iterable[Speech]) -> None:
        """Speak them in turn; returns when the last word was heard.

        ``AudioDeviceError`` when the WAV file cannot be written, once, after they were spoken.
        """
        if self._out is None:
            self._play(speeches)
            return
        # The file comes first: whoever interrupts the loudspeaker finds the whole answer in it.
        speeches = list(speeches)
        try:
            self._write(speeches)
        finally:
            self._play(speeches)

    def _speeches(self, sentences: Iterable[str], voice: Voice) -> Iterator[Speech]:
        for sentence in sentences:
            try:
                yield from voice.stream(sentence)
            except SynthesisError as error:  # the next sentence may well be the one that matters
                self._tell_once(f"the answers are not spoken: {error}")

    def _write(self, speeches: list[Speech]) -> None:
        assert self._out
        try:
            for speech in speeches:
                self._out.write(speech)
            if speeches:
                self._out.write(silence(PAUSE, speeches[-1].rate))
        except AudioDeviceError:
            self._out.close()
            self._out = None
            raise

    def _play(self, speeches: Iterable[Speech]) -> None:
        if self._player is None:
            return
        try:
            self._player.play(speeches)
        except AudioDeviceError as error:
            self._player = None
            self._tell_once(f"the answers are not spoken{', only written' if self._out else ''}: {error}")

    def _tell_once(self, line: str) -> None:
        if line not in self._told:
            self._told.add(line)
            self._tell(line)

    def close(self) -> None:
        """Finish the WAV file and let the loudspeaker go."""
        if self._out:
            self._out.close()
        if self._player:
            self._player.release()
