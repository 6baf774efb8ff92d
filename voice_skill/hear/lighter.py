"""A model that searches less: its own files, with other numbers in ``conf/model.conf``."""

import contextlib
import os
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path

NARROWER = {"--max-active": 2000.0, "--beam": 10.0}
"""The most that the decoder searches with. The lattice beam is left alone: it makes the other hypotheses, in which
danger signs are looked for too. At 2 instead of 4 the starter gives a quarter of them."""


def lighter(model: Path, where: Path) -> Path:
    """A folder in ``where`` with links to the files of ``model`` and a narrower search; made once.

    ``model`` itself when it has no such settings (the old flat layout), or when ``where`` cannot be written.
    """
    try:
        settings = (model / "conf/model.conf").read_text()
        text = "".join(f"{line}\n" for line in _narrowed(settings))
        # Another model, or the same with other settings, is another folder.
        mark = zlib.crc32(f"{model.resolve()}\n{text}".encode())
        folder = where / f"{model.resolve().name}-{mark:08x}"
        if not (folder / "conf/model.conf").is_file():
            _make(folder, model.resolve(), text)
    except (OSError, UnicodeDecodeError):
        return model
    return folder


def _narrowed(settings: str) -> Iterator[str]:
    left = dict(NARROWER)
    for line in settings.splitlines():
        name, _, value = line.partition("=")
        most = left.pop(name.strip(), None)
        with contextlib.suppress(ValueError):
            if most is not None and float(value) > most:
                yield f"{name.strip()}={most:g}"
                continue
        yield line
    # Kaldi's own are wider than any of these.
    yield from (f"{name}={most:g}" for name, most in left.items())


def _make(folder: Path, model: Path, settings: str) -> None:
    """All of it or nothing: two processes may be at it at once."""
    part = folder.with_name(f"{folder.name}.{os.getpid()}.part")
    try:
        (part / "conf").mkdir(parents=True)
        for each in (*model.iterdir(), *(model / "conf").iterdir()):
            if each not in (model / "conf", model / "conf/model.conf"):
                (part / each.relative_to(model)).symlink_to(each)
        (part / "conf/model.conf").write_text(settings)
        with contextlib.suppress(OSError):  # the other one was first
            part.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
