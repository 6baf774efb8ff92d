"""Finished sentences, kept in memory and on disk, both bounded."""

import contextlib
import hashlib
import os
import struct
import tempfile
import threading
from collections import OrderedDict
from pathlib import Path

import numpy as np

from voice_skill.speak.speech import Speech

MEGABYTE = 2**20

IN_MEMORY = 16 * MEGABYTE
"""Bytes of samples kept in memory: some 60 sentences."""

SUFFIX, PART = ".speech", ".part"


class Cache:
    """Speech by what it says and how. May be used from any thread, and its folder by several processes.

    A failure of the disk means making the sentence again, never an error. ``folder`` is ``None`` to keep nothing there.
    """

    def __init__(self, folder: Path | None = None, megabytes: int = 50, in_memory: int = IN_MEMORY) -> None:
        self._folder = folder if megabytes > 0 else None
        self._limit = megabytes * MEGABYTE
        self._in_memory = in_memory
        self._memory: OrderedDict[str, Speech] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: str) -> Speech | None:
        """What was put under ``key``, or ``None``."""
        with self._lock:
            if speech := self._memory.get(key):
                self._memory.move_to_end(key)
                return speech
        if speech := self._load(key):
            self._remember(key, speech)
        return speech

    def put(self, key: str, speech: Speech) -> None:
        """Keep ``speech``, and let go of what was not used for longest."""
        self._remember(key, speech)
        self._store(key, speech)

    def _remember(self, key: str, speech: Speech) -> None:
        with self._lock:
            if replaced := self._memory.pop(key, None):
                self._bytes -= replaced.samples.nbytes
            self._memory[key] = speech
            self._bytes += speech.samples.nbytes
            while self._bytes > self._in_memory:
                self._bytes -= self._memory.popitem(last=False)[1].samples.nbytes

    def _path(self, folder: Path, key: str) -> Path:
        return folder / (hashlib.sha256(key.encode()).hexdigest() + SUFFIX)

    def _load(self, key: str) -> Speech | None:
        if self._folder is None:
            return None
        with contextlib.suppress(OSError):
            path = self._path(self._folder, key)
            speech = _unpacked(path.read_bytes(), key)
            if speech:
                os.utime(path)
            return speech
        return None

    def _store(self, key: str, speech: Speech) -> None:
        if self._folder is None or speech.samples.nbytes > self._limit:
            return
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, part = tempfile.mkstemp(dir=self._folder, suffix=PART)
            try:
                with os.fdopen(handle, "wb") as stream:
                    stream.write(_packed(speech, key))
                Path(part).replace(self._path(self._folder, key))
            except OSError:
                Path(part).unlink(missing_ok=True)
            _tidy(self._folder, self._limit)


def _packed(speech: Speech, key: str) -> bytes:
    """A file: a digest of all that follows and of the key, the text's length, the rate, the text, the samples."""
    text = speech.text.encode()
    body = struct.pack("<II", len(text), speech.rate) + text + speech.samples.astype("<i2").tobytes()
    return _digest(body, key) + body


def _unpacked(data: bytes, key: str) -> Speech | None:
    """The speech in a file, or ``None`` when it is damaged, cut short, or another sentence's."""
    digest, body = data[:16], data[16:]
    if digest != _digest(body, key):
        return None
    length, rate = struct.unpack_from("<II", body)
    text = body[8 : 8 + length].decode()
    return Speech(np.frombuffer(body[8 + length :], "<i2").astype(np.int16, copy=False), rate, text)


def _digest(body: bytes, key: str) -> bytes:
    return hashlib.blake2b(body, digest_size=16, key=hashlib.sha256(key.encode()).digest()).digest()


def _tidy(folder: Path, limit: int) -> None:
    """Remove the files that were not used for longest until the rest fits."""
    files = []
    for path in folder.iterdir():
        if path.suffix in {SUFFIX, PART}:
            with contextlib.suppress(OSError):
                about = path.stat()
                files.append((about.st_mtime, about.st_size, path))
    surplus = sum(size for _, size, _ in files) - limit
    for _, size, path in sorted(files):
        if surplus <= 0:
            return
        path.unlink(missing_ok=True)
        surplus -= size
