"""Where the project's own files lie, and the user's."""

from pathlib import Path

import platformdirs

APP = "voice-skill"


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
