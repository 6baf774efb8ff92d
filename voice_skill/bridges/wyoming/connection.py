"""One client: its events in turn, each answered before the next is read."""

import asyncio
import contextlib
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping

from wyoming.error import Error
from wyoming.event import Event, Eventable, async_write_event
from wyoming.handle import Handled, HandledChunk, HandledStart, HandledStop, NotHandled
from wyoming.ping import Pong

from voice_skill.bridges.skill import LONGEST_TEXT
from voice_skill.bridges.wyoming.ears import Ears
from voice_skill.bridges.wyoming.mouth import LONGEST, Mouth
from voice_skill.bridges.wyoming.service import Service
from voice_skill.bridges.wyoming.wire import read_event, text_of
from voice_skill.errors import BridgeError, VoiceSkillError
from voice_skill.messages import Level

PATIENCE = 30.0
"""Seconds a client may take to read what it is sent."""

LONGEST_ID = 200
"""Characters of the id of a conversation."""


class Connection:
    """Serves one client until it goes, or sends what cannot be understood: then it is told why."""

    def __init__(
        self, service: Service, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, client: str
    ) -> None:
        self._service = service
        self._reader = reader
        self._writer = writer
        self._client = client
        self._own = uuid.uuid4().hex
        self._ears = Ears(service, client, self._send)
        self._mouth = Mouth(service, self._send)
        self._task = asyncio.current_task()
        self.active = time.monotonic()
        """When it last sent a whole event."""
        self._services = self._offered()

    async def run(self) -> None:
        """Answer until the end; nothing that a client does is raised."""
        try:
            while event := await read_event(self._reader):
                self.active = time.monotonic()
                if answer := self._services.get(event.type):
                    await answer(event)
        except VoiceSkillError as error:
            with contextlib.suppress(OSError, TimeoutError):
                await self._send(Error(str(error), type(error).__name__))
        except (OSError, TimeoutError):
            self._writer.transport.abort()
        finally:
            self._writer.close()

    def end(self) -> None:
        """Let the client go at once."""
        self._writer.transport.abort()
        if self._task:
            self._task.cancel()

    def _offered(self) -> Mapping[str, Callable[[Event], Awaitable[None]]]:
        """What each type of event is answered by; the protocol has others ignored."""
        offered = {"describe": self._describe, "ping": self._ping}
        if self._service.info.handle:
            offered["transcript"] = self._handle
        if self._service.info.asr:
            offered |= {
                "transcribe": self._listen,
                "audio-start": self._listen,
                "audio-chunk": self._ears.accept,
                "audio-stop": self._heard,
            }
        if self._service.info.tts:
            offered |= {
                "synthesize": self._say,
                "synthesize-start": self._begin_to_say,
                "synthesize-chunk": self._say_more,
                "synthesize-stop": self._end_saying,
            }
        return offered

    async def _send(self, message: Eventable) -> None:
        async with asyncio.timeout(PATIENCE):
            await async_write_event(message.event(), self._writer)

    async def _describe(self, _: Event) -> None:
        await self._send(self._service.info)

    async def _ping(self, event: Event) -> None:
        await self._send(Pong(text_of(event.data, "text", LONGEST_TEXT)))

    async def _handle(self, event: Event) -> None:
        """The answer to what was heard: streamed by sentences, then whole."""
        text = text_of(event.data, "text", LONGEST_TEXT)
        if text is None:
            raise BridgeError("a transcript needs a text")
        conversation = text_of(event.data.get("context"), "conversation_id", LONGEST_ID)
        key = f"{self._client} {conversation}" if conversation else self._own
        sessions = self._service.sessions
        turn = await self._service.think(lambda: sessions.ask(text, key, self._client, session=bool(conversation)))
        context = {"conversation_id": conversation} if conversation else None
        if not turn.understood and turn.reply.level is not Level.EMERGENCY:
            await self._send(NotHandled(turn.reply.text, context))
            return
        await self._send(HandledStart(context))
        for place, sentence in enumerate(turn.reply.sentences):
            await self._send(HandledChunk(f" {sentence}" if place else sentence))
        await self._send(Handled(turn.reply.text, context))
        await self._send(HandledStop())

    async def _listen(self, _: Event) -> None:
        await self._ears.start()

    async def _heard(self, _: Event) -> None:
        await self._ears.stop()

    async def _say(self, event: Event) -> None:
        text = text_of(event.data, "text", LONGEST)
        if text is None:
            raise BridgeError("synthesize needs a text")
        if not self._mouth.streaming:  # within a stream it only repeats the text, for older servers
            await self._mouth.say(text, markup=event.data.get("text_format") == "ssml")

    async def _begin_to_say(self, _: Event) -> None:
        self._mouth.start()

    async def _say_more(self, event: Event) -> None:
        await self._mouth.accept(text_of(event.data, "text", LONGEST) or "")

    async def _end_saying(self, _: Event) -> None:
        await self._mouth.stop()
