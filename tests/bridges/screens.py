"""The page in a real browser: Debian's chromium without a screen, a recording as its microphone."""

import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Page, expect, sync_playwright

from voice_skill.bridges.sessions import Sessions
from voice_skill.bridges.skill import Skill
from voice_skill.bridges.web.app import Web
from voice_skill.bridges.web.guard import Guard
from voice_skill.bridges.web.server import LOOPBACK, Where, configured
from voice_skill.cli.web import describe

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

SLOW = 60_000
"""Milliseconds before a test fails: a busy machine is no fault of the page."""

needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium: apt-get install chromium")


@pytest.fixture
def app(skill: Skill) -> Guard:
    """The application as ``voice-skill web`` serves it on loopback."""
    return Guard(Web(skill, Sessions(skill), describe).app(), LOOPBACK, None)


@contextmanager
def served(app: Guard) -> Iterator[str]:
    """The address of ``app`` while it is served."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        server = uvicorn.Server(configured(app, Where("127.0.0.1", port)))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        thread.join(20)
        assert not thread.is_alive()


@pytest.fixture
def address(app: Guard) -> Iterator[str]:
    """The address of a running server."""
    with served(app) as address:
        yield address


@contextmanager
def browser(address: str, microphone: Path | None = None, **options: object) -> Iterator[Page]:
    """The page, opened; nothing it does may be refused by its own policy or fail in its scripts."""
    arguments = [
        "--no-sandbox",
        "--autoplay-policy=user-gesture-required",
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
    ]
    if microphone:
        arguments.append(f"--use-file-for-fake-audio-capture={microphone}%noloop")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        page = chromium.new_page(**options)  # type: ignore[arg-type]
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
        page.set_default_timeout(SLOW)
        expect.set_options(SLOW)
        page.goto(address)
        page.wait_for_selector("#log .skill")
        yield page
        chromium.close()
        assert faults == []
