"""Speech models from the network, the only place in the program that opens a connection."""

import re
import time
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse, responses
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from voice_skill import __version__
from voice_skill.errors import FetchError, UsageError
from voice_skill.hear.manifest import ModelInfo
from voice_skill.hear.shelf import Watcher, alone, discard, is_right, is_whole, megabytes, part_of, room_for
from voice_skill.hear.unpacking import BLOCK, unpack

TIMEOUT = 30.0
"""Seconds without a byte after which a connection counts as dropped."""
PAUSES = (1.0, 3.0, 9.0)
"""Seconds to wait before each further try; a router that starts again takes longer than a person waits."""
PASSING = (408, 425, 429, 500, 502, 503, 504)
"""Answers of a server that may be better the next time."""


class _DroppedError(Exception):
    """The connection failed in a way that may pass."""


def fetch(
    info: ModelInfo,
    folder: Path,
    url: str | None = None,
    watcher: Watcher | None = None,
    pauses: Sequence[float] = PAUSES,
) -> Path:
    """Download a model to ``folder / info.name`` and return that; a whole one that is there already is kept.

    ``url`` is another place to get the zip from; it has to be the same zip. Goes on where an earlier call stopped.
    ``FetchError`` says what failed; what came so far is kept unless it is wrong. ``pauses``: seconds before each retry.
    """
    watcher, target = watcher or Watcher(), folder / info.name
    url = url or info.url
    if not re.match(r"https?://[^/]", url, re.IGNORECASE):
        raise UsageError(f"{url}: not an address that begins with https:// or http://")
    with alone(folder):
        if not is_whole(target):
            part = part_of(info.name, folder)
            _download_right(info, url, part, watcher, pauses)
            unpack(part, folder, watcher, info.name)
            discard(part)
    return target


def _download_right(info: ModelInfo, url: str, part: Path, watcher: Watcher, pauses: Sequence[float]) -> None:
    """Have the zip of the manifest at ``part``."""
    # No ETag is kept to tell whether the server's file is still the one that was begun: the checksum of the whole
    # tells it for certain, even when the rest came from another mirror.
    resumed = part.exists()
    _download(info, url, part, watcher, pauses)
    if is_right(part, info):
        return
    discard(part)
    if not resumed:
        raise FetchError(
            f"{url}: not the {info.name} that is known: its SHA-256 is another one, so it was removed. "
            "Try again later, or another place with --url"
        )
    watcher.note("what came earlier does not fit: starting over")
    _download_right(info, url, part, watcher, pauses)


def _download(info: ModelInfo, url: str, part: Path, watcher: Watcher, pauses: Sequence[float]) -> None:
    """Have ``info.bytes`` bytes at ``part``, in as many tries as there are pauses, and one."""
    for pause in (*pauses, None):
        try:
            _receive(info, url, part, watcher)
        except _DroppedError as error:
            if pause is None:
                raise FetchError(f"{url}: {error}. Run the same command again to go on") from error
            watcher.note(f"{error}; trying again in {pause:g} s")
            time.sleep(pause)
        else:
            return


def _receive(info: ModelInfo, url: str, part: Path, watcher: Watcher) -> None:
    """Add to ``part`` what one connection gives. ``_DroppedError`` when that is not all."""
    have = part.stat().st_size if part.exists() else 0
    if have == info.bytes:
        return
    if have > info.bytes:
        discard(part)
        have = 0
    with (
        room_for(info.bytes - have, part.parent, ". What came so far is kept"),
        _open(url, have, part) as reply,
    ):
        have = _start(reply, have, info.bytes, part, url)
        with part.open("ab" if have else "wb") as file:
            for block in _blocks(reply, info.bytes - have):
                file.write(block)
                have += len(block)
                watcher.progress("fetching", have, info.bytes)
    if have < info.bytes:
        raise _DroppedError(f"the connection was dropped after {megabytes(have)} of {megabytes(info.bytes)}")


def _open(url: str, have: int, part: Path) -> HTTPResponse:
    """The server's answer to a request for all but the first ``have`` bytes."""
    headers = {"User-Agent": f"voice-skill/{__version__}"} | ({"Range": f"bytes={have}-"} if have else {})
    try:
        reply: HTTPResponse = urlopen(Request(url, headers=headers), timeout=TIMEOUT)  # noqa: S310 (fetch saw http)
    except HTTPError as error:
        error.close()
        says = f"the server answers {error.code} {responses.get(error.code, '')}".rstrip()
        if error.code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            discard(part)  # its file is shorter than what we have of it: begin anew
        elif error.code not in PASSING:
            raise FetchError(f"{url}: {says}. Check the address, or try another with --url") from error
        raise _DroppedError(says) from error
    except ValueError as error:
        raise UsageError(f"{url!r}: not an address: {error}") from error
    except (OSError, HTTPException) as error:
        reason = error.reason if isinstance(error, URLError) else error
        raise _DroppedError(f"no connection: {getattr(reason, 'strerror', None) or reason}") from error
    return reply


def _start(reply: HTTPResponse, have: int, size: int, part: Path, url: str) -> int:
    """Where in the file the answer begins: at ``have``, or at 0 when the server knows no ranges."""
    if reply.status != HTTPStatus.PARTIAL_CONTENT:
        start, total = 0, reply.headers.get("Content-Length", "")
    else:
        says = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", reply.headers.get("Content-Range", ""))
        start, total = (int(says[1]), says[2]) if says else (-1, "")
    if total.isdecimal() and int(total) != size:
        raise FetchError(f"{url}: {int(total)} bytes instead of {size}: not the model that is known. Try --url")
    if start not in (0, have):
        discard(part)
        raise _DroppedError("the server sent another part than the one asked for")
    return start


def _blocks(reply: HTTPResponse, most: int) -> Iterator[bytes]:
    """What the server sends, ``most`` bytes of it, until it ends or breaks off."""
    while most > 0:
        try:
            block = reply.read(min(BLOCK, most))
        except (OSError, HTTPException) as error:
            raise _DroppedError(f"the connection was dropped: {error}") from error
        if not block:
            return
        most -= len(block)
        yield block
