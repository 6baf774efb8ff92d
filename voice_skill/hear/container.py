"""Whether a sound file is whole, told from its own headers: libsndfile reads what is left of one without a word."""

import contextlib
import io
import os
import struct
from collections.abc import Mapping
from typing import BinaryIO

OGG_TAIL = 66_000
"""Bytes at the end of an Ogg file that hold its last page: a page has 65,307 at most."""

UNKNOWN_LENGTH = 0x7FFF_0000
"""Bytes of WAV sound from which a length is none: programs that write to a pipe leave the largest number."""


def is_cut_off(stream: BinaryIO) -> bool:
    """Whether the file ends before the end that its header tells of; the stream is wound back."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    head = stream.read(40).ljust(40, b"\0")
    if _is_wav(head):
        at, length = _data_chunk(stream, size)
        cut = at is None or (length < UNKNOWN_LENGTH and at + length > size + 1)
    elif head[:4] == b"OggS":
        cut = not _ogg_ends(stream, size)
    else:
        # One byte is forgiven: odd chunks are padded to an even length, and not every program writes the last pad.
        cut = _told_size(head) > size + 1
    stream.seek(0)
    return cut


def _told_size(head: bytes) -> int:
    """Bytes the file should have by its header, 0 when it does not say."""
    kind = head[:4]
    if kind == b"FORM":
        return 8 + int(struct.unpack(">I", head[4:8])[0])
    if kind == b".snd":
        start, length = struct.unpack(">II", head[4:12])
        return 0 if length == 0xFFFF_FFFF else int(start + length)
    if kind == b"riff":
        length = int(struct.unpack("<Q", head[16:24])[0])
    elif kind == b"RF64" and head[12:16] == b"ds64":
        length = 8 + int(struct.unpack("<Q", head[20:28])[0])
    else:
        return 0
    return length if length < 1 << 62 else 0


def _ogg_ends(stream: BinaryIO, size: int) -> bool:
    """Whether the last page says that it is the last, and is all there."""
    stream.seek(max(0, size - OGG_TAIL))
    tail = stream.read(OGG_TAIL)
    at = tail.rfind(b"OggS")
    page = tail[at:]
    if at < 0 or len(page) < 27 or not page[5] & 4:
        return False
    segments = page[27 : 27 + page[26]]
    return len(page) >= 27 + page[26] + sum(segments)


def view(stream: BinaryIO) -> BinaryIO:
    """What libsndfile gets to read of ``stream``. Closing it closes the stream.

    A WAV header that tells no length, since a recorder lost power or wrote to a pipe, tells the real one in the view.
    """
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    patches: dict[int, bytes] = {}
    if _is_wav(stream.read(12)):
        at, length = _data_chunk(stream, size)
        if at is not None and length == 0 and size > at:
            patches = {4: struct.pack("<I", size - 8), at - 4: struct.pack("<I", size - at)}
    stream.seek(0)
    return _View(stream, patches)


def _is_wav(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WAVE"


def _data_chunk(stream: BinaryIO, size: int) -> tuple[int | None, int]:
    """Where the sound of a WAV file begins and how many bytes it should have; ``None`` when there is none."""
    at = 12
    while at + 8 <= size:
        stream.seek(at)
        kind, length = struct.unpack("<4sI", stream.read(8))
        if kind == b"data":
            return at + 8, length
        at += 8 + length + length % 2
    return None, 0


class _View(io.RawIOBase, BinaryIO):
    """A file to read, some of its bytes replaced. Where a damaged one leads nowhere, it stays where it is.

    libsndfile calls it from C, out of which no exception comes: Python would print it.
    """

    def __init__(self, stream: BinaryIO, patches: Mapping[int, bytes]) -> None:
        self._stream = stream
        self._patches = patches

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        with contextlib.suppress(OSError, ValueError, OverflowError):
            return self._stream.seek(offset, whence)
        return self._stream.tell()

    def tell(self) -> int:
        return self._stream.tell()

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        start = self._stream.tell()
        try:
            data = bytearray(self._stream.read(len(buffer)))
        except OSError:
            return 0
        for at, patch in self._patches.items():
            for place, value in enumerate(patch, at - start):
                if 0 <= place < len(data):
                    data[place] = value
        buffer[: len(data)] = bytes(data)
        return len(data)

    def read(self, size: int = -1) -> bytes:
        buffer = bytearray(max(size, 0))
        return bytes(buffer[: self.readinto(memoryview(buffer))])

    def close(self) -> None:
        self._stream.close()
        super().close()
