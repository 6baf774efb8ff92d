"""The asr service: sound of one client to transcripts, told as they are made."""

from collections.abc import Awaitable, Callable

from wyoming.asr import Transcript as Heard
from wyoming.asr import TranscriptChunk, TranscriptStart, TranscriptStop
from wyoming.event import Event, Eventable

from voice_skill.bridges.skill import LONGEST_AUDIO
from voice_skill.bridges.wyoming.listening import Listening
from voice_skill.bridges.wyoming.service import Service
from voice_skill.bridges.wyoming.sound import Inlet
from voice_skill.errors import BridgeError
from voice_skill.messages import Transcript

Send = Callable[[Eventable], Awaitable[None]]

LONGEST_IGNORED = 10 * LONGEST_AUDIO
"""Seconds of sound, at 16 kHz and 16 bit, that are thrown away after the longest that is heard."""

LANGUAGE = "en"


class Ears:
    """One client's sound. After the longest stream that is taken the transcript is sent, and the rest thrown away."""

    def __init__(self, service: Service, client: str, send: Send) -> None:
        self._service = service
        self._client = client
        self._send = send
        self._listening: Listening | None = None
        self._inlet: Inlet | None = None
        self._format: tuple[object, ...] = ()
        self._said = False
        self._ignored: int | None = None

    async def start(self) -> None:
        """A new stream; one that was under way is forgotten."""
        self._listening = await self._service.think(lambda: Listening(self._service.skill.hearing.recogniser))
        self._inlet, self._format, self._said, self._ignored = None, (), False, None

    async def accept(self, event: Event) -> None:
        """An audio-chunk. ``BridgeError`` when its format is none, or the stream has no end."""
        if self._ignored is not None:
            self._ignored += len(event.payload or b"")
            if self._ignored > LONGEST_IGNORED * 32_000:
                raise BridgeError(f"more than {LONGEST_AUDIO:g} seconds of sound came without an end")
            return
        if self._listening is None:
            await self.start()
        wanted = tuple(event.data.get(key) for key in ("rate", "width", "channels"))
        inlet, listening = self._inlet, self._listening
        assert listening
        if inlet is None or wanted != self._format:
            inlet, self._inlet, self._format = (new := Inlet(*wanted)), new, wanted
        sound = event.payload or b""
        await self._told(await self._service.think(lambda: listening.accept(inlet.convert(sound))))
        if listening.full:
            await self.stop()
            self._ignored = 0

    async def stop(self) -> None:
        """The end of the stream: the transcript, streamed first and then whole."""
        listening, inlet = self._listening, self._inlet
        self._listening = self._inlet = None
        if self._ignored is not None or listening is None:
            self._ignored = None
            return

        def finish() -> tuple[list[str], Transcript]:
            before = listening.accept(inlet.finish()) if inlet else []
            last, transcript = listening.finish()
            return [*before, *last], transcript

        texts, transcript = await self._service.think(finish)
        self._service.sessions.remember(transcript, self._client)
        await self._told(texts)
        if not self._said:
            await self._send(TranscriptStart(language=LANGUAGE))
        await self._send(Heard(transcript.text, language=LANGUAGE))
        await self._send(TranscriptStop())

    async def _told(self, texts: list[str]) -> None:
        for text in texts:
            if not self._said:
                await self._send(TranscriptStart(language=LANGUAGE))
            await self._send(TranscriptChunk(f" {text}" if self._said else text))
            self._said = True
