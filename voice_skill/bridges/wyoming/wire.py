"""Events off the wire, with a limit on everything a client chooses: lengths, types and time."""

import asyncio
import json
from typing import Any

from wyoming.event import Event

from voice_skill.errors import BridgeError

LONGEST_HEADER = 64 * 2**10
LONGEST_DATA = 256 * 2**10
LONGEST_PAYLOAD = 2 * 2**20
"""Bytes. A minute of 16 kHz sound in one piece; clients send a tenth of a second at a time."""

PATIENCE = 30.0
"""Seconds from the first byte of an event to its last. Between events a client may be silent for ever."""


async def read_event(reader: asyncio.StreamReader) -> Event | None:
    """The next event, or ``None`` when the client has gone, even in the middle of one.

    ``BridgeError`` when what comes is no event or too large: nothing after it can be made sense of.
    """
    first = await reader.read(1)
    while first in (b"\n", b"\r", b" "):
        first = await reader.read(1)
    if not first:
        return None
    try:
        async with asyncio.timeout(PATIENCE):
            return await _rest(first, reader)
    except TimeoutError as error:
        raise BridgeError(f"an event took longer than {PATIENCE:g} seconds to come") from error
    except (asyncio.IncompleteReadError, ConnectionError):
        return None


async def _rest(first: bytes, reader: asyncio.StreamReader) -> Event | None:
    try:
        line = first + await reader.readline()
    except ValueError as error:  # longer than the reader's limit
        raise BridgeError(f"the header of an event is longer than {LONGEST_HEADER} bytes") from error
    if not line.endswith(b"\n"):
        return None
    header = _object(line, "the header of an event")
    kind, data = header.get("type"), header.get("data") or {}
    if not isinstance(kind, str) or not isinstance(data, dict):
        raise BridgeError("an event needs a type that is text and data that is an object")
    length = _length(header, "data_length", LONGEST_DATA)
    more = _object(await reader.readexactly(length), "the data of an event") if length else {}
    payload = await reader.readexactly(_length(header, "payload_length", LONGEST_PAYLOAD))
    return Event(kind, {**data, **more}, payload or None)


def _object(data: bytes, name: str) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BridgeError(f"{name} is not JSON") from error
    if not isinstance(value, dict):
        raise BridgeError(f"{name} is not a JSON object")
    return value


def _length(header: dict[str, Any], key: str, longest: int) -> int:
    length = header.get(key)
    if length is None:
        return 0
    if type(length) is not int or length < 0:
        raise BridgeError(f"{key} must be a whole number of bytes")
    if length > longest:
        raise BridgeError(f"{key} is {length}: at most {longest} bytes are taken at once. Send smaller pieces")
    return length


def text_of(data: Any, key: str, longest: int) -> str | None:
    """The text under ``key``, one that can be written again; ``BridgeError`` when it is none or too long."""
    value = data.get(key) if isinstance(data, dict) else None
    if value is None:
        return None
    if not isinstance(value, str):
        raise BridgeError(f"{key} must be text")
    if len(value) > longest:
        raise BridgeError(f"{key} has {len(value)} characters: at most {longest} are taken")
    return value.encode("utf-8", "replace").decode()
