"""Speech models: which are known, and which one to use."""

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from voice_skill.errors import ModelError
from voice_skill.paths import data_folder, shipped

STARTER = "vosk-model-starter-en"
RECOMMENDED = "vosk-model-small-en-us-0.15"

PARTS: tuple[tuple[str, ...], ...] = (
    ("am/final.mdl", "final.mdl"),
    ("conf/mfcc.conf", "mfcc.conf"),
    ("graph/HCLG.fst", "graph/HCLr.fst", "HCLG.fst", "HCLr.fst"),
)
"""Files a model cannot do without; each may have any one of its names (old models are flat folders)."""

TOGETHER: Mapping[str, tuple[str, ...]] = {
    "graph/HCLr.fst": ("graph/Gr.fst",),
    "ivector": ("ivector/final.dubm", "ivector/final.ie", "ivector/final.mat", "ivector/splice.conf"),
}
"""What has to be there when something else is."""


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model of ``models/manifest.toml``."""

    name: str
    rank: int
    """The larger, the better it hears."""
    licence: str
    says: str
    quirks: tuple[str, ...]
    url: str | None
    """Of the zip file; ``None`` for the one that comes with the skill."""
    bytes: int
    """Size of the zip file."""
    sha256: str
    """Of the zip file, hexadecimal."""


@dataclass(frozen=True, slots=True)
class FoundModel:
    """A whole model on this machine."""

    name: str
    folder: Path
    origin: str
    """How it was found: ``--model``, ``VOICE_SKILL_MODEL``, ``fetched``, ``VOSK_MODEL_PATH``, a folder, ``starter``."""


def read_manifest(path: Path) -> Mapping[str, ModelInfo]:
    """Models by name; ``ModelError`` when the file cannot be used."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ModelError(f"{path}: cannot be read: {error}. Install voice-skill again") from error
    return {name: _info(path, name, dict(entry)) for name, entry in table.items()}


def _info(path: Path, name: str, entry: dict[str, object]) -> ModelInfo:
    bundled = entry.pop("bundled", False)
    entry["quirks"] = tuple(entry.get("quirks", ()))  # type: ignore[arg-type]
    if bundled:
        entry = {"url": None, "bytes": 0, "sha256": "", **entry}
    try:
        return ModelInfo(name=name, **entry)  # type: ignore[arg-type]
    except TypeError as error:
        raise ModelError(f"{path}: [{name}] has a missing or an unknown key: {error}") from error


@cache
def manifest() -> Mapping[str, ModelInfo]:
    """The models that ship with the skill or can be fetched."""
    return read_manifest(shipped("models") / "manifest.toml")


def fetched_folder() -> Path:
    """Where fetched models are kept: in the person's own data folder, since the program's may be read-only."""
    return data_folder() / "models"


def check_folder(folder: Path) -> None:
    """``ModelError`` naming what is missing from a model folder, or empty in it."""
    if not folder.is_dir():
        raise ModelError(f"{folder}: there is no such folder. Run: voice-skill models list")
    faults = [names[0] for names in PARTS if not any(_whole(folder / name) for name in names)]
    for cause, needed in TOGETHER.items():
        if (folder / cause).exists():
            faults += [name for name in needed if not _whole(folder / name)]
    if faults:
        raise ModelError(
            f"{folder}: is not a whole speech model: {', '.join(faults)} is missing or empty. "
            f"Run: voice-skill models fetch"
        )


def _whole(path: Path) -> bool:
    try:
        return path.is_file() and path.stat().st_size > 0
    except OSError:
        return False


def is_whole(folder: Path) -> bool:
    """Whether ``folder`` is a model with all its parts."""
    try:
        check_folder(folder)
    except ModelError:
        return False
    return True


def find_model(wanted: str | None = None, origin: str = "--model") -> FoundModel:
    """The model to use: the one wanted, or else the first found where models are kept, or else the starter.

    ``wanted`` is a name or a folder, ``origin`` where that was asked for. ``ModelError`` when it is not there or not
    whole; a broken folder that nobody asked for by name is passed over.
    """
    if wanted:
        return _wanted(wanted, origin)
    for folder, found in _places():
        if is_whole(folder):
            return FoundModel(folder.name, folder, found)
    raise ModelError("no speech model was found. Run: voice-skill models fetch")


def _wanted(wanted: str, origin: str) -> FoundModel:
    folder = Path(wanted).expanduser()
    if not folder.is_dir():
        named = (place for place, _ in _places() if place.name == wanted)
        folder = next(named, folder)
    if not folder.is_dir():
        fetch = f"Run: voice-skill models fetch {wanted}" if wanted in manifest() else "Run: voice-skill models list"
        raise ModelError(f"no speech model {wanted!r} is here ({origin}). {fetch}")
    check_folder(folder)
    return FoundModel(folder.resolve().name, folder, origin)


def _places() -> Iterator[tuple[Path, str]]:
    """Folders that may be models, the first choice first, and how each was found."""
    yield from ((folder, "fetched") for folder in _models_in(fetched_folder()))
    from_vosk = os.environ.get("VOSK_MODEL_PATH")
    if from_vosk:
        # vosk means a folder of models by it; people also put a model itself there.
        yield Path(from_vosk), "VOSK_MODEL_PATH"
        yield from ((folder, "VOSK_MODEL_PATH") for folder in _models_in(Path(from_vosk)))
    for shelf in (Path("/usr/share/vosk"), Path("~/.cache/vosk").expanduser()):
        yield from ((folder, str(shelf)) for folder in _models_in(shelf))
    yield shipped("models") / STARTER, "starter"


def _models_in(shelf: Path) -> list[Path]:
    """English models on a shelf, the best first; other languages would hear nonsense."""
    try:
        folders = [path for path in shelf.iterdir() if path.is_dir() and not path.name.startswith(".")]
    except OSError:
        return []
    english = [path for path in folders if path.name in manifest() or "-en" in path.name]
    return sorted(english, key=lambda path: (-_rank(path.name), path.name))


def _rank(name: str) -> int:
    info = manifest().get(name)
    return info.rank if info else 0
