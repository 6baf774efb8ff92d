"""Turns kept as recordings, only when a folder was named for them."""

import time
import wave
from pathlib import Path

from voice_skill.errors import UsageError
from voice_skill.hear import SAMPLE_RATE
from voice_skill.hear.recording import Block


class Keeper:
    """Writes each turn to ``folder``; ``UsageError`` when it cannot be made."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{folder}: cannot be made: {error.strerror}. Name another folder") from error

    def keep(self, samples: Block) -> None:
        """One more file, named by time and number; ``UsageError`` when it cannot be written."""
        self._count += 1
        path = self._folder / f"{time.strftime('%Y-%m-%d_%H-%M-%S')}_{self._count:05}.wav"
        try:
            with wave.open(str(path), "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(SAMPLE_RATE)
                file.writeframes(samples.tobytes())
        except OSError as error:
            raise UsageError(f"{path}: cannot be written: {error.strerror}. Make room, or name another") from error
