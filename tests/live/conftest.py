"""A room with devices, and voices to speak in it."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from virtual_audio import virtual_server  # noqa: F401 - it skips, or fails in CI, when there is no sound server

sys.path.insert(0, str(Path(__file__).parent.parent / "recordings"))

from make import Espeak
from room import Room


@pytest.fixture(scope="session")
def espeak() -> Espeak:
    return Espeak()


@pytest.fixture(scope="session")
def room(virtual_server: object) -> Iterator[Room]:  # noqa: F811
    room = Room()
    yield room
    room.close()
