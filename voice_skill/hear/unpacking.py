"""A model's zip into a folder: nothing leaves the folder, nothing explodes, and a folder that exists is whole."""

import lzma
import os
import re
import stat
import struct
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile, ZipInfo

from voice_skill.errors import FetchError, ModelError
from voice_skill.hear.manifest import SAFE_NAME, ModelInfo
from voice_skill.hear.models import check_folder
from voice_skill.hear.shelf import Watcher, alone, discard, is_right, is_whole, megabytes, room_for, unpacking_folder

UNSAFE = re.compile(r"[\x00-\x1f\x7f\\:]")
"""Characters that end, hide or split a path somewhere, such as on Windows."""

Members = dict[PurePosixPath, ZipInfo]
"""The files of a zip by their paths in it."""

MAX_FILES = 1000
"""A vosk model has 10 to 30."""
MAX_BYTES = 8 << 30
"""Unpacked; the largest English model there is has about 3 GB."""
MAX_RATIO = 20
"""Unpacked to packed size of the whole zip; acoustic models and graphs shrink to about half."""
SMALL = 16 << 20
"""Bytes unpacked that no ratio makes a bomb."""
BLOCK = 1 << 18
"""Bytes copied at a time: few calls, and progress moves smoothly even on an SD card."""

DAMAGED = (
    BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)
"""What ``zipfile`` raises for zips that are damaged, encrypted or packed in a way it does not know."""


def add(archive: Path, folder: Path, known: Mapping[str, ModelInfo], watcher: Watcher) -> tuple[Path, bool]:
    """Unpack a model's zip that is on this machine; returns its folder and whether its checksum is a known one.

    ``FetchError`` when the zip has the name of a known model but another content, or is not safe, whole or new.
    """
    with alone(folder):
        name = top_folder(archive)
        if (folder / name).exists() and is_whole(folder / name):
            raise FetchError(f"{name} is there already. To replace it, run first: voice-skill models remove {name}")
        info = known.get(name)
        if info and info.bundled:
            raise FetchError(f"{archive}: {name} is the model that comes with the program: nothing to add")
        if info and not is_right(archive, info):
            raise FetchError(
                f"{archive}: not the {name} that is known: its SHA-256 is another one. Get it anew: {info.url}"
            )
        return unpack(archive, folder, watcher), info is not None


def unpack(archive: Path, folder: Path, watcher: Watcher, name: str | None = None) -> Path:
    """Unpack the model in ``archive`` to ``folder / name``, by default by the name it has in there; returns the folder.

    To be called while ``alone``. ``FetchError`` when the zip is damaged, unsafe or no model; it then leaves nothing.
    """
    with _opened(archive) as (opened, members):
        return _install(opened, members, folder / (name or _top(members)), watcher)


def top_folder(archive: Path) -> str:
    """Name of the one folder in a zip: the model's. ``FetchError`` as ``unpack``."""
    with _opened(archive) as (_, members):
        name = _top(members)
    if not SAFE_NAME.fullmatch(name):
        raise FetchError(f"{archive}: no model has a name like that of the folder in it: {name!r}")
    return name


def _top(members: Members) -> str:
    return next(iter(members)).parts[0]


@contextmanager
def _opened(archive: Path) -> Iterator[tuple[ZipFile, Members]]:
    """The zip and its files, all checked; what ``zipfile`` raises becomes ours."""
    try:
        with ZipFile(archive) as opened:
            yield opened, checked_members(opened, archive.stat().st_size)
    except DAMAGED as error:
        raise FetchError(f"{archive}: a damaged zip, or none: {error}. Get it anew") from error
    except OSError as error:
        raise FetchError(f"{archive}: cannot be read: {error.strerror or error}") from error


def _install(opened: ZipFile, members: Members, target: Path, watcher: Watcher) -> Path:
    """Write the files beside the target, check them, and rename last."""
    temporary = unpacking_folder(target.name, target.parent)
    try:
        with room_for(sum(member.file_size for member in members.values()), target.parent):
            discard(temporary)
            _write(opened, members, temporary, watcher)
            _check(temporary, str(opened.filename))
            discard(target)
            temporary.rename(target)
            _settle(target.parent)
    finally:
        discard(temporary)
    return target


def _check(folder: Path, archive: str) -> None:
    try:
        check_folder(folder)
    except ModelError as error:
        says = str(error).removeprefix(f"{folder}: ").split(". ")[0]
        raise FetchError(f"{archive}: {says}. Nothing was changed") from error


def _write(opened: ZipFile, members: Members, folder: Path, watcher: Watcher) -> None:
    total, done = sum(member.file_size for member in members.values()), 0
    for path, member in members.items():
        target = folder.joinpath(*path.parts[1:])
        target.parent.mkdir(parents=True, exist_ok=True)
        with opened.open(member) as source, target.open("xb") as file:
            # zipfile gives no more than the size declared, which was checked, and raises on a wrong checksum.
            while block := source.read(BLOCK):
                file.write(block)
                done += len(block)
                watcher.progress("unpacking", done, total)
            file.flush()
            os.fsync(file.fileno())  # else a power cut after the rename leaves a folder of empty files


def _settle(folder: Path) -> None:
    """Have the rename itself on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def checked_members(opened: ZipFile, packed: int) -> Members:
    """The files of a zip of ``packed`` bytes; ``FetchError`` unless all are safe and lie in one folder."""
    entries = [each for each in opened.infolist() if not each.filename.startswith("__MACOSX/")]
    # Not is_dir(): it fails on the empty names that damage makes.
    files = [each for each in entries if not each.filename.endswith("/")]
    members = {PurePosixPath(each.filename): each for each in files}
    for fault in _faults(entries, list(members), len(files), packed):
        if fault:
            raise FetchError(f"{opened.filename}: refused: {fault}")
    return members


def _faults(entries: list[ZipInfo], paths: list[PurePosixPath], files: int, packed: int) -> Iterator[str | None]:
    """What is wrong, ``None`` for each thing that is not; the later checks rely on the earlier ones."""
    yield _fault_of_whole(entries, packed)
    yield from map(_fault_of_member, entries)
    yield _fault_of_paths(paths, files)


def _fault_of_whole(members: list[ZipInfo], packed: int) -> str | None:
    total = sum(each.file_size for each in members)
    if len(members) > MAX_FILES:
        return f"{len(members)} files, a model has at most {MAX_FILES}"
    if total > min(MAX_BYTES, max(SMALL, MAX_RATIO * packed)):
        return f"{megabytes(packed)} that would unpack to {megabytes(total)} are no model"
    return None


def _fault_of_member(member: ZipInfo) -> str | None:
    kind = stat.S_IFMT(member.external_attr >> 16)
    # The name as stored, and as zipfile reads it: cut at a zero byte, or taken from an extra field.
    for name in (member.orig_filename, member.filename):
        parts = name.removesuffix("/").split("/")
        if UNSAFE.search(name) or len(name) > 200 or {"", ".", ".."} & set(parts):
            return f"the path {name[:80]!r} leaves the folder or is not one of a model"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return f"{member.filename!r} is a link or a device, not a file"
    if member.flag_bits & 0x1:
        return f"{member.filename!r} is encrypted"
    return None


def _fault_of_paths(paths: list[PurePosixPath], files: int) -> str | None:
    """What is wrong with the paths of a zip taken together, which has so many ``files``."""
    if not paths:
        return "there is no file in it"
    if len({path.parts[0] for path in paths}) > 1 or any(len(path.parts) < 2 for path in paths):
        return "a model's zip holds one folder with all files in it"
    folded = {str(path).casefold() for path in paths}
    folders = {str(above).casefold() for path in paths for above in path.parents}
    if len(folded) < files or folded & folders:
        return "two files in it have the same path"
    return None
