"""The understanding of the content, made once and kept in the cache folder, so that the next start is quick.

Reading the content, compiling its patterns and indexing its phrases takes longer than hearing a question. Nothing here
is needed: whatever is wrong with a kept file means making it again, and a folder that cannot be written means always.
"""

import contextlib
import importlib
import io
import os
import pickle
import re
import struct
import sys
import zlib
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from voice_skill import understand
from voice_skill.content import Content
from voice_skill.understand import Understander

CHECK = struct.Struct("<QI")
"""Length and CRC of the pickle that follows, so that a damaged one is never read."""

PART = 1 << 16
"""Bytes that are read at a time."""

NEWEST = 3
"""Files kept: of this version, and of others on the machine."""

Prepared = tuple[Content, Understander]


class Shelf:
    """Where the understanding of one ``responses`` folder is kept; ``cache`` of ``None`` keeps nothing."""

    def __init__(self, responses: Path, cache: Path | None) -> None:
        self._path = cache / f"understanding-{_fingerprint(responses)}.pickle" if cache else None

    def load(self) -> Prepared | None:
        """What was kept for exactly this content and code, or ``None``."""
        try:
            if self._path is None or not _only_ours(self._path):
                return None
            with self._path.open("rb") as file:
                good = CHECK.unpack(file.read(CHECK.size)) == _length_and_crc(file)
                file.seek(CHECK.size)
                return pickle.load(file) if good else None  # noqa: S301 - only ours
        except Exception:  # a damaged pickle can raise anything
            return None

    def make(self, content: Content) -> Understander:
        """The understanding of ``content``, kept for the next start if that can be done.

        It is kept before anything is asked of it, so that nothing which was heard can be in it.
        """
        understander = Understander(content)
        if self._path:
            with contextlib.suppress(OSError, pickle.PicklingError, TypeError, AttributeError):
                _write(self._path, _pickled((content, understander)))
        return understander


def _length_and_crc(file: BinaryIO) -> tuple[int, int]:
    """Of what is left of ``file``, which is never in memory as a whole."""
    length = crc = 0
    while part := file.read(PART):
        length += len(part)
        crc = zlib.crc32(part, crc)
    return length, crc


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(CHECK.pack(len(data), zlib.crc32(data)) + data)
    part.replace(path)
    kept = sorted(path.parent.glob("understanding-*.pickle"), key=lambda each: each.stat().st_mtime)
    for stale in kept[:-NEWEST]:
        stale.unlink(missing_ok=True)


def _fingerprint(responses: Path) -> str:
    """Changes with every byte of the content and of the code that reads it, with Python, and with its packages."""
    # Bytes, not times: files out of a wheel all bear the same time. Checksums: SHA's library takes 4 MB to load.
    packages = Path(np.__file__).parents[1].stat().st_mtime_ns
    data = [f"{sys.version}|{packages}".encode()]
    for path in _sources(responses):
        data += [path.name.encode(), path.read_bytes()]
    whole = b"\0".join(data)
    return f"{len(whole):x}-{zlib.crc32(whole):08x}{zlib.adler32(whole):08x}"


def _sources(responses: Path) -> Iterator[Path]:
    package = Path(understand.__file__).parents[1]
    yield from sorted(responses.rglob("*.toml"))
    yield from (package / "messages.py", Path(__file__))
    for room in ("understand", "content"):
        yield from sorted(path for path in (package / room).rglob("*.*") if path.suffix != ".pyc")


def _only_ours(path: Path) -> bool:
    """Whether nobody else can have written the file: a pickle may do anything when it is read."""
    for each in (path.parent, path):
        state = each.stat()
        if state.st_uid != os.geteuid() or state.st_mode & 0o022:
            return False
    return True


def _pickled(value: Prepared) -> bytes:
    data = io.BytesIO()
    _Pickler(data, pickle.HIGHEST_PROTOCOL).dump(value)
    return data.getvalue()


class _Pickler(pickle.Pickler):
    """Keeps patterns compiled: Python's own pickling compiles them again when they are read."""

    def reducer_override(self, value: Any) -> Any:
        return _compiled(value) if isinstance(value, re.Pattern) else NotImplemented


def _compiled(pattern: re.Pattern[str]) -> Any:
    """The call that makes ``pattern`` out of its code, where this Python can; else the usual way."""
    try:
        parser: Any = importlib.import_module("re._parser")
        compiler: Any = importlib.import_module("re._compiler")
        parsed = parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE.value)
        names = parsed.state.groupdict
        groups: list[str | None] = [None] * parsed.state.groups
        for name, number in names.items():
            groups[number] = name
        # As bytes: a pickled list of numbers takes nine times the memory until all is read.
        code = array("I", compiler._code(parsed, pattern.flags & ~re.UNICODE.value)).tobytes()
        call = (pattern.pattern, pattern.flags, code, parsed.state.groups - 1, names, tuple(groups))
        same = _built(*call) == pattern  # compares their code as well
    except Exception:  # another Python, with other internals
        return NotImplemented
    return (_built, call) if same else NotImplemented


def _built(text: str, flags: int, code: bytes, *groups: Any) -> Any:
    """A pattern out of its code; ``groups`` are their number, their numbers by name and their names by number."""
    build: Any = importlib.import_module("_sre").compile
    return build(text, flags, array("I", code).tolist(), *groups)
