"""The folder of fetched models: what is on it, one command at a time, room on the disk, taking a model away."""

import errno
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from voice_skill.errors import FetchError, ModelError
from voice_skill.hear.manifest import SAFE_NAME, ModelInfo
from voice_skill.hear.models import check_folder

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""A full disk, a used-up quota, a limit on the size of files."""


class Watcher:
    """Told how a fetch goes. This one is silent."""

    def progress(self, what: str, done: int, total: int) -> None:
        """``done`` of ``total`` bytes; ``what`` is ``fetching`` or ``unpacking``."""

    def note(self, text: str) -> None:
        """Something a waiting person should know."""


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Make ``folder`` and keep other processes that change the models in it out. The kernel lifts it, even on a crash.

    ``FetchError`` when another one is at work, or when the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / ".lock").open("w")
    except OSError as error:
        raise FetchError(f"{folder}: cannot be written: {error.strerror}") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise FetchError("another 'voice-skill models' command is at work: let it end, then run again") from error
        except OSError as error:
            raise FetchError(f"{folder}: cannot be locked: {error.strerror}") from error
        yield


@contextmanager
def room_for(count: int, folder: Path, kept: str = "") -> Iterator[None]:
    """Turn a full disk, before or while ``count`` bytes are written to ``folder``, into a ``FetchError``.

    ``kept`` ends its sentence: what becomes of the bytes already there.
    """
    try:
        free = shutil.disk_usage(folder).free
        if free < count:
            raise OSError(errno.ENOSPC, "")
        yield
    except OSError as error:
        if error.errno is None:
            raise  # of a decompressor, not of the disk
        if error.errno not in FULL:
            raise FetchError(f"{folder}: cannot be written: {error.strerror or error}") from error
        free = shutil.disk_usage(folder).free
        need = f"{megabytes(count)} needed, {megabytes(free)} free"
        raise FetchError(f"no room in {folder}: {need}. Make room and run the same command again{kept}") from error


def megabytes(count: int) -> str:
    """``count`` bytes as a person reads them."""
    return f"{count / 1e6:.0f} MB" if count >= 10e6 else f"{count / 1e6:.1f} MB"


def part_of(name: str, folder: Path) -> Path:
    """The file that holds what came so far of the model ``name``; hidden, and no folder."""
    return folder / f".{name}.zip.part"


def unpacking_folder(name: str, folder: Path) -> Path:
    """Where the model ``name`` is written before it is whole, and goes to be deleted; hidden.

    The name is fixed, so that what a killed command left is cleared by the next one.
    """
    return folder / f".{name}.unpacking"


def is_whole(folder: Path) -> bool:
    """Whether ``folder`` is a model that can be used."""
    try:
        check_folder(folder)
    except ModelError:
        return False
    return True


def is_right(archive: Path, info: ModelInfo) -> bool:
    """Whether the zip has the size and the SHA-256 of the manifest. All of it is hashed, however it came."""
    if archive.stat().st_size != info.bytes:
        return False
    with archive.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == info.sha256


def discard(path: Path) -> None:
    """Remove a file, a folder or a link, if it is there; of a link only itself."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def size_of(path: Path) -> int:
    """Bytes of a file, or of all files in a folder; 0 when there is none or it is closed to us."""
    try:
        return sum(each.stat().st_size for each in (path, *path.rglob("*")) if each.is_file())
    except OSError:
        return 0


def check_removable(name: str, folder: Path) -> None:
    """``FetchError`` unless there is something of the model ``name`` that was fetched or added."""
    target = folder / name
    try:
        found = SAFE_NAME.fullmatch(name) and (os.path.lexists(target) or part_of(name, folder).exists())
    except OSError as error:
        raise FetchError(f"{folder}: cannot be read: {error.strerror}") from error
    if not found:
        raise FetchError(f"{name!r} is not among the fetched models. See them with: voice-skill models list")


def remove(name: str, folder: Path) -> None:
    """Delete a model that was fetched or added, and what came of it so far. ``FetchError`` when there is none."""
    check_removable(name, folder)
    target, doomed = folder / name, unpacking_folder(name, folder)
    with alone(folder):
        try:
            discard(doomed)
            if os.path.lexists(target):
                target.rename(doomed)  # first: half a folder must not look like a model
            discard(doomed)
            discard(part_of(name, folder))
        except OSError as error:
            raise FetchError(f"{target}: cannot be removed: {error.strerror}") from error
