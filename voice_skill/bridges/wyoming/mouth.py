"""The tts service: text to sound, sentence by sentence as it comes."""

import html
import re
from collections.abc import Awaitable, Callable, Iterator

from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Eventable
from wyoming.tts import SynthesizeStopped

from voice_skill.bridges.wyoming.service import Service
from voice_skill.errors import BridgeError
from voice_skill.speak.speakable import sayable
from voice_skill.speak.speech import Speech

Send = Callable[[Eventable], Awaitable[None]]

LONGEST = 20_000
"""Characters spoken at once: twenty minutes."""

PIECE = 2_048
"""Samples a chunk: a tenth of a second."""

ENDED = re.compile(r"^.*[.!?…](?=\s)", re.DOTALL)
"""The whole sentences at the start of a text that still grows."""

TAGS = re.compile(r"<[^<>]*>")


class Mouth:
    """One client's text to be spoken."""

    def __init__(self, service: Service, send: Send) -> None:
        self._service = service
        self._send = send
        self._waiting: str | None = None
        self._length = 0
        self._started = False

    @property
    def streaming(self) -> bool:
        """A text is coming in pieces."""
        return self._waiting is not None

    def start(self) -> None:
        """A text begins to come in pieces."""
        self._waiting, self._length, self._started = "", 0, False

    async def accept(self, text: str) -> None:
        """A piece of it: the sentences that are whole are spoken."""
        self._length += len(text)
        if self._length > LONGEST:
            raise BridgeError(f"at most {LONGEST} characters are spoken at once")
        waiting = (self._waiting or "") + text
        whole = ENDED.match(waiting)
        self._waiting = waiting[whole.end() :] if whole else waiting
        if whole:
            await self._speak(whole[0])

    async def stop(self) -> None:
        """The end of it: the rest is spoken."""
        rest, self._waiting = self._waiting or "", None
        await self._speak(rest)
        await self._finish()
        await self._send(SynthesizeStopped())

    async def say(self, text: str, markup: bool) -> None:
        """A whole text; the tags of ``markup`` are left out."""
        self._started = False
        await self._speak(html.unescape(TAGS.sub(" ", text)) if markup else text)
        await self._finish()

    async def _speak(self, text: str) -> None:
        if not sayable(text):
            return
        speeches: Iterator[Speech] = self._service.skill.voice.stream(text)
        while speech := await self._service.think(lambda: next(speeches, None)):
            if not self._started:
                await self._begin(speech.rate)
            sound = speech.samples.astype("<i2").tobytes()
            for at in range(0, len(sound), 2 * PIECE):
                await self._send(AudioChunk(speech.rate, 2, 1, sound[at : at + 2 * PIECE]))

    async def _begin(self, rate: int) -> None:
        self._started = True
        await self._send(AudioStart(rate, 2, 1))

    async def _finish(self) -> None:
        if not self._started:
            await self._begin(22_050)
        await self._send(AudioStop())
