"""Hands-free listening fed with sound faster than real time: a microphone and a recording are the same thing."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from make import Espeak
from numpy.typing import NDArray

from voice_skill.content import shipped_content
from voice_skill.hear import SAMPLE_RATE
from voice_skill.hear.models import find_model
from voice_skill.live.assembly import Listener, Mode, Wishes, assemble
from voice_skill.live.scene import Scene
from voice_skill.settings import load

CHUNK = 512


class Fed:
    """A listener whose clock is the sound. Without a loudspeaker, replies take no time."""

    def __init__(self, espeak: Espeak, mode: Mode = "wake", keep_audio: Path | None = None) -> None:
        self._espeak = espeak
        self._samples = 0
        self.scenes: list[Scene] = []
        now = load({"place": "GB", "speech": False}, environ={})
        wishes = Wishes(mode, keep_audio, self.scenes.append, clock=lambda: self.now)
        self.listener: Listener = assemble(now, shipped_content(), find_model(None).folder, wishes)
        self.hands_free = self.listener.hands_free

    @property
    def now(self) -> float:
        """Seconds of sound so far."""
        return self._samples / SAMPLE_RATE

    @property
    def state(self) -> str:
        """Of the last scene."""
        return self.hands_free.scene.state.value

    @property
    def answers(self) -> list[Scene]:
        """What was answered, in order."""
        return [scene for scene in self.scenes if scene.state.value == "speaking" and scene.captions]

    def hear(self, sound: NDArray[np.int16]) -> None:
        """Sound at the microphone."""
        for at in range(0, len(sound), CHUNK):
            self.hands_free.run([sound[at : at + CHUNK]])
            self._samples += len(sound[at : at + CHUNK])
            while self.hands_free.mouth.busy:
                pass

    def quiet(self, seconds: float) -> None:
        """Nobody speaks."""
        self.hear(np.zeros(int(seconds * SAMPLE_RATE), np.int16))

    def say(self, words: str, then: float = 2.0, voice: str = "gmw/en-US", rate: int = 150) -> Scene | None:
        """Somebody says it and is quiet for ``then`` seconds; what was answered, if anything."""
        before = len(self.answers)
        self.hear(self._espeak.say(words, voice, rate))
        self.quiet(then)
        return self.answers[-1] if len(self.answers) > before else None


@pytest.fixture
def fed(espeak: Espeak) -> Iterator[Fed]:
    """With the wake phrase."""
    fed = Fed(espeak)
    yield fed
    fed.listener.close()
