"""The addresses of the page: ``/ask`` answers as ``voice-skill ask --json`` does, ``/speak`` gives the sound."""

import asyncio
import io
import wave
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from voice_skill.assistant import Turn
from voice_skill.bridges.sessions import Sessions
from voice_skill.bridges.skill import LONGEST_TEXT, Skill
from voice_skill.bridges.web.requests import question, words
from voice_skill.content.faq import Entry
from voice_skill.content.places import place_for
from voice_skill.content.red_flags import Flag
from voice_skill.errors import RecordingError, VoiceSkillError
from voice_skill.messages import Delivery
from voice_skill.speak.speakable import sayable
from voice_skill.speak.speech import silence

T = TypeVar("T")

HERE = Path(__file__).parent

WORKERS = 4
"""Threads that think."""

MOST_WAITING = 16
"""Requests being worked on; the next is told to come again, instead of waiting for a minute."""

LONGEST_SPOKEN = 1_000
"""Characters spoken at once: the page asks sentence by sentence."""

Describe = Callable[[Turn], dict[str, Any]]
"""A turn as ``ask --json`` prints it."""


class Web:
    """The handlers of the page's addresses. ``describe`` gives the fields of ``ask --json``."""

    def __init__(self, skill: Skill, sessions: Sessions, describe: Describe) -> None:
        self._skill = skill
        self._sessions = sessions
        self._describe = describe
        self._pool = ThreadPoolExecutor(WORKERS, "web")
        self._working = 0

    def app(self) -> Starlette:
        """The application, without its guard."""
        routes = [
            Route("/", self.page),
            Route("/openapi.json", self.openapi),
            Route("/about", self.about),
            Route("/ask", self.ask, methods=["POST"]),
            Route("/speak", self.speak, methods=["POST"]),
            Mount("/page", StaticFiles(directory=HERE / "page")),
        ]
        return Starlette(routes=routes, exception_handlers={HTTPException: _told, VoiceSkillError: _fault})

    async def page(self, _: Request) -> Response:
        """The one page."""
        return FileResponse(HERE / "page" / "index.html")

    async def openapi(self, _: Request) -> Response:
        """The description of these addresses."""
        return FileResponse(HERE / "openapi.json", media_type="application/json")

    async def about(self, _: Request) -> Response:
        """The first words, and the number to call in an emergency."""
        place = place_for(self._skill.content.places, self._skill.place)
        return JSONResponse({"greeting": list(self._skill.greeting()), "emergency_number": place.number})

    async def ask(self, request: Request) -> Response:
        """The replies to a question, or to each question of a recording."""
        asked = await question(request, LONGEST_TEXT)
        text = asked.text
        if text is None:
            work = lambda: self._sessions.ask_recording(io.BytesIO(asked.audio), "recording", asked.key)  # noqa: E731
        else:
            work = lambda: [self._sessions.ask(text, asked.key, session=asked.key is not None)]  # noqa: E731
        try:
            turns = await self._think(work)
        except RecordingError as error:
            raise HTTPException(422, str(error).removeprefix("standard input: ")) from error
        return JSONResponse({"conversation": asked.key, "turns": [self._turn(turn) for turn in turns]})

    async def speak(self, request: Request) -> Response:
        """A sentence as a WAV file, as fast and loud as its conversation wants it."""
        asked = await words(request, LONGEST_SPOKEN)
        delivery = self._sessions.delivery(asked.key)
        sound = await self._think(lambda: self._spoken(asked.text or "", delivery))
        return Response(sound, media_type="audio/wav")

    def _spoken(self, text: str, delivery: Delivery) -> bytes:
        voice = self._skill.voice.adjusted(delivery.rate, delivery.volume)
        speech = voice.synthesise(text) if sayable(text) else silence(0.0, 22_050)
        file = io.BytesIO()
        with wave.open(file, "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(speech.rate)
            sound.writeframes(speech.samples.astype("<i2").tobytes())
        return file.getvalue()

    def _turn(self, turn: Turn) -> dict[str, Any]:
        return {**self._describe(turn), "done": turn.reply.done, "sources": self._sources(turn)}

    def _sources(self, turn: Turn) -> list[dict[str, str]]:
        """Where what was said comes from, and when it was last checked."""
        content = self._skill.content
        known: list[Entry | Flag] = [content.flags[flag.id] for flag in turn.understanding.red_flags]
        if turn.reply.entry:
            known.append(content.entries[turn.reply.entry])
        return [{"source": one.source, "reviewed": one.reviewed.isoformat()} for one in known]

    async def _think(self, work: Callable[[], T]) -> T:
        if self._working >= MOST_WAITING:
            raise HTTPException(503, "too many questions at once. Ask again in a moment", {"Retry-After": "2"})
        self._working += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._working -= 1


async def _told(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return JSONResponse({"error": error.detail}, error.status_code, error.headers)


async def _fault(_: Request, error: Exception) -> Response:
    """Something is missing on this machine, such as the voice: its line says what."""
    return JSONResponse({"error": str(error)}, 503)
