"""What ``models/manifest.toml`` says of the speech models there are."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voice_skill.errors import ModelError
from voice_skill.paths import shipped

if TYPE_CHECKING:
    # Not imported here: a model that is named begins to load without it.
    from voice_skill.content.reading import Reader

SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
"""Name of a model: one folder, never hidden, no path."""


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What ``models/manifest.toml`` says of one model."""

    name: str
    licence: str
    says: str
    """What it is good for, in a line."""
    quirks: tuple[str, ...]
    """How it differs from what one would expect."""
    rank: int
    """0 is the best."""
    url: str = ""
    """Its zip; empty for one that is bundled, as are the next two."""
    bytes: int = 0
    """Size of the zip."""
    sha256: str = ""
    """Of the zip, in lower-case hexadecimal."""
    bundled: bool = False
    """It comes with the program."""
    recommended: bool = False
    """It is the one to fetch when none is named."""


MODEL_KEYS = {"name": "text", "licence": "text", "says": "text", "quirks": "texts"}
ZIP_KEYS = {"url": "text", "bytes": "number", "sha256": "text"}
FLAGS = {"bundled": "flag", "recommended": "flag"}


def load_manifest(path: Path | None = None) -> dict[str, ModelInfo]:
    """The known models by name, the best first; the shipped manifest unless ``path`` is given.

    ``ModelError`` lists every fault.
    """
    from voice_skill.content.reading import Reader

    path = path or shipped("models") / "manifest.toml"
    reader = Reader(path.parent)
    table = reader.parse(path)
    models: dict[str, ModelInfo] = {}
    if table is not None and reader.check(path, table, {"model": "tables"}, {}):
        for rank, entry in enumerate(table["model"]):
            required = MODEL_KEYS if entry.get("bundled") is True else MODEL_KEYS | ZIP_KEYS
            if reader.check(path, entry, required, FLAGS) and _is_sound(reader, path, entry, models):
                models[entry["name"]] = ModelInfo(**{**entry, "quirks": tuple(entry["quirks"])}, rank=rank)
    if reader.faults:
        raise ModelError("; ".join(f"{path.parent}/{fault}" for fault in reader.faults))
    return models


def _is_sound(reader: "Reader", path: Path, entry: dict[str, Any], known: Mapping[str, ModelInfo]) -> bool:
    """Whether the values of an entry, whose kinds are right, can be true."""
    name, size = entry["name"], entry.get("bytes", 1)
    faults = (
        (not SAFE_NAME.fullmatch(name), f"{name!r} cannot be the name of a folder", name),
        (name in known, f"{name!r} stands here twice", name),
        (not entry.get("url", "https://").startswith(("https://", "http://")), "url must begin with https://", "url"),
        (not isinstance(size, int) or size < 1, "bytes must be a whole number above 0", "bytes"),
        (not re.fullmatch("[0-9a-f]{64}", entry.get("sha256", "0" * 64)), "sha256 must be 64 digits 0-9a-f", "sha256"),
    )
    for wrong, says, near in faults:
        if wrong:
            reader.blame(path, says, near)
    return not any(wrong for wrong, *_ in faults)
