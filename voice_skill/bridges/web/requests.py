"""What a browser sends, checked: how long, how large, of which kind."""

import asyncio
import json
from dataclasses import dataclass, replace
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

LARGEST_AUDIO = 16 * 2**20
"""Bytes. A minute of 48 kHz stereo in 16 bit is 11.5 million."""

LARGEST_JSON = 64 * 2**10

PATIENCE = 30.0
"""Seconds for the whole body to come."""

LONGEST_ID = 200
"""Characters of the id of a conversation."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question, spoken or typed, in the conversation ``key`` or in none."""

    key: str | None
    text: str | None = None
    audio: bytes = b""


async def question(request: Request, longest: int) -> Question:
    """The question in a request to ``/ask``; ``HTTPException`` says what is wrong with it."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    key = _key(request.query_params.get("conversation"))
    if kind == "application/json":
        asked = await words(request, longest)
        return replace(asked, key=asked.key or key)
    if kind.startswith("audio/") or kind == "application/octet-stream":
        audio = await _body(request, LARGEST_AUDIO)
        if not audio:
            raise HTTPException(422, "the body is empty: it must be a recording")
        return Question(key, audio=audio)
    raise HTTPException(415, "send application/json with a text, or a recording as audio/wav")


async def words(request: Request, longest: int) -> Question:
    """The text of a request that is JSON, and its conversation."""
    fields = await _object(request, {"text", "conversation"})
    return Question(_key(fields.get("conversation")), _text(fields.get("text"), longest))


async def _object(request: Request, keys: set[str]) -> dict[str, Any]:
    """The body as an object of some of ``keys``."""
    try:
        fields = json.loads(await _body(request, LARGEST_JSON))
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, "the body is not JSON") from error
    if not isinstance(fields, dict):
        raise HTTPException(422, "the body must be a JSON object")
    if unknown := sorted(fields.keys() - keys):
        raise HTTPException(422, f"unknown key {unknown[0]!r}; known are {', '.join(sorted(keys))}")
    return fields


def _text(value: object, longest: int) -> str:
    if not isinstance(value, str):
        raise HTTPException(422, "text must be given, as a string")
    if len(value) > longest:
        raise HTTPException(422, f"text has {len(value)} characters: at most {longest} are taken")
    return value.encode("utf-8", "replace").decode()


def _key(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_ID:
        raise HTTPException(422, f"conversation must be a string of 1 to {LONGEST_ID} characters")
    return value.encode("utf-8", "replace").decode()


async def _body(request: Request, largest: int) -> bytes:
    """All of it, and never more than ``largest`` bytes in memory."""
    body = bytearray()
    try:
        async with asyncio.timeout(PATIENCE):
            async for piece in request.stream():
                body += piece
                if len(body) > largest:
                    raise HTTPException(413, f"at most {largest // 1024} kB are taken at once")
    except TimeoutError as error:
        raise HTTPException(408, f"the body took longer than {PATIENCE:g} seconds to come") from error
    except ClientDisconnect as error:
        raise HTTPException(400, "the body ended early") from error
    return bytes(body)
