"""One skill for all bridges under test, and a Wyoming server in a thread."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from functools import cache, partial
from pathlib import Path

import pytest

from voice_skill.assistant import Turn
from voice_skill.bridges.sessions import Sessions
from voice_skill.bridges.skill import Skill
from voice_skill.bridges.wyoming.about import info
from voice_skill.bridges.wyoming.server import Address, Server
from voice_skill.bridges.wyoming.service import Service
from voice_skill.errors import RecordingError
from voice_skill.hear.models import starter
from voice_skill.settings import Settings


@pytest.fixture(scope="session")
def skill() -> Skill:
    """The rooms, with the model that comes with the skill."""
    return Skill(Settings(place="GB", cache_mb=0), starter)


@pytest.fixture
def sessions(skill: Skill) -> Sessions:
    """No conversations yet."""
    return Sessions(skill)


@pytest.fixture
def service(skill: Skill, sessions: Sessions) -> Iterator[Service]:
    """All Wyoming services."""
    service = Service(skill, sessions, info(skill, handle=True, asr=True, tts=True))
    yield service
    service.pool.shutdown()


@pytest.fixture
def uri(service: Service) -> Iterator[str]:
    """The address of a server of ``service`` that runs while the test does."""
    listening: Future[str] = Future()
    stop: list[Callable[[], object]] = []

    async def run() -> None:
        server = Server(service, Address.parse("tcp://127.0.0.1:0"))
        loop = asyncio.get_running_loop()
        stop.append(partial(loop.call_soon_threadsafe, server.stop))
        await server.run(listening.set_result)

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    yield listening.result(20)
    stop[0]()
    thread.join(20)
    assert not thread.is_alive()


@pytest.fixture(scope="session")
def by_recording(skill: Skill) -> Callable[[Path], tuple[Turn, ...]]:
    """What ``voice-skill ask`` answers to a recording; nothing when nobody speaks in it."""

    @cache
    def ask(path: Path) -> tuple[Turn, ...]:
        try:
            return tuple(skill.conversation(session=False).ask_recording(path, path.name))
        except RecordingError:
            return ()

    return ask
