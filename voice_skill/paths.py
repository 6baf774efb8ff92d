"""Where the project's own files lie, and the user's."""

import os
from pathlib import Path

import platformdirs

APP = "voice-skill"


def printable(name: str | os.PathLike[str]) -> str:
    """A file's name as one line that any terminal takes: names may hold line breaks, and bytes that are no text."""
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in encodable(name))


def encodable(name: str | os.PathLike[str]) -> str:
    """A file's name, its bytes that are no UTF-8 written as ``\\xff``: strict readers of JSON refuse them."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def exists(path: Path) -> bool:
    """Whether it can be seen to exist: what lies in a closed folder cannot, nor can a name that no file can bear."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def is_folder(path: Path) -> bool:
    """Whether it can be seen to be a folder."""
    return exists(path) and path.is_dir()


def is_same(one: Path, other: Path) -> bool:
    """Whether both exist and are the same file, by any name."""
    return exists(one) and exists(other) and one.samefile(other)


def shipped(name: str) -> Path:
    """Folder ``name`` (``responses``, ``models``) as shipped.

    A wheel carries it inside the package, a checkout beside the package.
    """
    inside = Path(__file__).parent / name
    return inside if inside.is_dir() else Path(__file__).parent.parent / name


def cache_folder() -> Path:
    """Folder for synthesised answers; may be deleted at any time."""
    return platformdirs.user_cache_path(APP)


def data_folder() -> Path:
    """Folder for fetched speech models."""
    return platformdirs.user_data_path(APP)


def config_file() -> Path:
    """The user's ``config.toml``; it need not exist."""
    return platformdirs.user_config_path(APP) / "config.toml"
