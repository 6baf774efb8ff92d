"""Puts hands-free listening together from the settings."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from voice_skill.content import Content
from voice_skill.hear.microphone import Microphone
from voice_skill.hear.recogniser import Recogniser
from voice_skill.hear.recording import Block
from voice_skill.hear.voice import loudness
from voice_skill.hear.wake import WakePhrase
from voice_skill.live.dialog import Dialog
from voice_skill.live.ears import Ears
from voice_skill.live.hands_free import HandsFree
from voice_skill.live.keeping import Keeper
from voice_skill.live.machine import Machine, Timing
from voice_skill.live.mouth import Mouth
from voice_skill.live.patience import Patience
from voice_skill.live.scene import Scene
from voice_skill.settings import Settings
from voice_skill.small import speech_cache
from voice_skill.speak import earcons
from voice_skill.speak.playback import Player
from voice_skill.speak.synthesis import Voice

Mode = Literal["wake", "push", "always"]


@dataclass(frozen=True)
class Wishes:
    """How to listen, besides the settings."""

    mode: Mode = "wake"
    keep_audio: Path | None = None
    show: Callable[[Scene], None] = lambda scene: None
    level: Callable[[float], None] = lambda loudness: None
    """Is given the root mean square, of 32,768, of each block."""
    clock: Callable[[], float] = time.monotonic
    """Seconds; another one for sound that comes faster than real time."""
    player: Player | None = None
    """The loudspeaker, if it is not the one of the settings."""


@dataclass
class Listener:
    """A hands-free conversation, and what it says first."""

    hands_free: HandsFree
    greeting: tuple[str, ...]
    level: Callable[[float], None]

    def run(self, microphone: Microphone) -> None:
        """Greet, then listen until the microphone is closed."""
        self.hands_free.run(self._watched(microphone))

    def close(self) -> None:
        """End the voice."""
        self.hands_free.mouth.close()

    def _watched(self, microphone: Microphone) -> Iterator[Block]:
        """The blocks; the microphone's coming and going is told between them."""
        began = lost = overflowed = False
        for block in microphone:
            if len(block) and not began:
                began = True
                self.hands_free.greet(self.greeting)
            if microphone.lost != lost:
                lost = microphone.lost
                self._tell(lost)
            if microphone.overflows and not overflowed:
                overflowed = True
                self.hands_free.notice("some sound was lost: this machine is too busy")
            if self.hands_free.mouth.lost and not self.hands_free.mouth.busy:
                self.hands_free.mouth.lost = False
                microphone.open_again()
            self.level(loudness(block))
            yield block

    def _tell(self, lost: bool) -> None:
        name = "microphone_lost" if lost else "microphone_back"
        sentences = self.hands_free.dialog.notice(name)
        if lost:
            self.hands_free.ears.forget()
        self.hands_free.notice(" ".join(sentences), sentences)


def assemble(now: Settings, content: Content, model: Path, wishes: Wishes) -> Listener:
    """Everything but the microphone. ``model`` is the speech model's folder.

    ``UsageError`` when the wake phrase cannot be heard, ``ModelError`` when the model cannot be loaded.
    """
    recogniser = Recogniser(model)
    wake = WakePhrase(recogniser, now.wake) if wishes.mode == "wake" else None
    if wishes.keep_audio:
        content = replace(content, phrases={**content.phrases, "about": content.listening.said["about_keeping"]})
    dialog = Dialog(content, now.place, wishes.clock)
    patience = Patience(now.silence_quick, now.silence, now.silence_unfinished, content.listening.unfinished)
    keeper = Keeper(wishes.keep_audio) if wishes.keep_audio else None

    voice = Voice(now.rate, now.voice, now.volume, *speech_cache(now))
    player = wishes.player or (Player(now.output_device) if now.speech else None)
    hands_free = HandsFree(
        Ears(recogniser, dialog.understand, patience, wake),
        dialog,
        Mouth(voice, player),
        Machine(Timing(follow_up=now.follow_up), always=wishes.mode == "always"),
        wishes.clock,
        wishes.show,
        keeper.keep if keeper else _keep_nothing,
        now.barge_in,
        earcons.listening() if now.earcons else None,
        earcons.heard() if now.earcons else None,
    )
    ready = dialog.notice(f"ready_{wishes.mode}", **({"wake": wake.text} if wake else {}))
    greeting = (*dialog.greet().sentences, *ready)
    if keeper:
        greeting += dialog.notice("keeping_audio")
    return Listener(hands_free, greeting, wishes.level)


def _keep_nothing(samples: Block) -> None:
    """Nothing heard is written unless it was asked for."""
