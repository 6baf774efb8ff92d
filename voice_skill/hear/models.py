"""Which speech models there are, where they lie, and whether a folder is a whole one."""

import mmap
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from voice_skill.errors import ModelError
from voice_skill.hear.manifest import SAFE_NAME, load_manifest
from voice_skill.paths import data_folder, exists, is_folder, shipped

ENGLISH = re.compile(r"(?:^|[-_])en(?:[-_]|$)")
"""In a name such as ``vosk-model-small-en-us-0.15``; a model of another language is used only when it is asked for."""


@dataclass(frozen=True, slots=True)
class FoundModel:
    """A speech model on this machine."""

    name: str
    folder: Path
    origin: str
    """How it was found: ``--model``, ``VOICE_SKILL_MODEL``, or the origin of a ``Place``."""
    notes: tuple[str, ...] = ()
    """Which models came before it and why they were passed over."""


@dataclass(frozen=True, slots=True)
class Place:
    """A folder that may hold models."""

    origin: str
    folder: Path
    may_be_model: bool = False
    """The folder may also be a model itself."""


def fetched_folder() -> Path:
    """Where ``voice-skill models fetch`` puts models; it need not exist."""
    return data_folder() / "models"


def places(environ: Mapping[str, str] | None = None) -> tuple[Place, ...]:
    """Where models are looked for, in this order; ``environ`` is the process's own unless given."""
    path = (os.environ if environ is None else environ).get("VOSK_MODEL_PATH", "")
    return (
        Place("fetched", fetched_folder()),
        *([Place("VOSK_MODEL_PATH", _expanded(path), may_be_model=True)] if path else []),
        Place("/usr/share/vosk", Path("/usr/share/vosk")),
        Place("~/.cache/vosk", _expanded("~/.cache/vosk")),
        Place("starter", shipped("models")),
    )


def find_model(
    wanted: str | None = None, wanted_origin: str = "--model", search: Sequence[Place] | None = None
) -> FoundModel:
    """The model to use: the one ``wanted``, or the first whole English one of ``search`` (``places()``).

    ``wanted`` is a name or a folder, ``wanted_origin`` the flag or setting that asks for it. It must be whole; a model
    that nobody asked for is passed over with a note when it is not. ``ModelError`` says which is missing.
    """
    search = places() if search is None else search
    if wanted:
        found = _wanted(wanted, wanted_origin, search)
        check_folder(found.folder)
        return found
    notes: list[str] = []
    for found in models_in_order(search, notes):
        try:
            check_folder(found.folder)
        except ModelError as error:
            notes.append(f"{found.origin}: passed over: {error}")
        else:
            return replace(found, notes=tuple(notes))
    raise ModelError(f"no whole speech model: {notes[-1] if notes else 'the bundled one is gone'}. Install again")


def starter() -> FoundModel:
    """The model that comes with the skill."""
    return find_model(search=places()[-1:])


def models_in_order(search: Sequence[Place], notes: list[str] | None = None) -> Iterator[FoundModel]:
    """Every folder that stands for an English model, unchecked, in the order of preference.

    A place that was asked for by the environment and holds none gets a line in ``notes``.
    """
    ranks = {name: info.rank for name, info in load_manifest().items()}
    for place in search:
        folders = [place.folder] if place.may_be_model and _looks_like_model(place.folder) else folders_in(place.folder)
        named = [each for each in folders if ENGLISH.search(each.name) or each == place.folder]
        if not named and place.may_be_model and notes is not None:
            notes.append(f"{place.origin}: passed over: no English speech model in {place.folder}")
        for folder in sorted(named, key=lambda each: (ranks.get(each.name, len(ranks)), each.name)):
            yield FoundModel(folder.name, folder, place.origin)


def _wanted(wanted: str, origin: str, search: Sequence[Place]) -> FoundModel:
    """The folder that a name or a path stands for, unchecked."""
    if SAFE_NAME.fullmatch(wanted):
        for place in search:
            for folder in (place.folder / wanted, *([place.folder] if place.may_be_model else [])):
                if folder.name == wanted and is_folder(folder):
                    return FoundModel(wanted, folder, origin)
    folder = _expanded(wanted)
    if exists(folder):
        return FoundModel(folder.resolve().name, folder, origin)
    known = load_manifest()
    if wanted in known:
        raise ModelError(f"{origin}: {wanted} is not on this machine. Run: voice-skill models fetch {wanted}")
    names = {*known, *(each.name for place in search for each in folders_in(place.folder))}
    near = get_close_matches(wanted, names, n=1)
    hint = f"did you mean {near[0]}?" if near else "see what there is with: voice-skill models list"
    raise ModelError(f"{origin}: no model and no folder is called {_short(wanted)!r}; {hint}")


def _short(text: str) -> str:
    """At most 80 characters of a text that may be anything."""
    return text if len(text) <= 80 else text[:77] + "..."


def _expanded(path: str) -> Path:
    """``path`` with ``~`` filled in, where the home is known."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


def folders_in(folder: Path) -> list[Path]:
    """Folders in ``folder`` that may be models, none when it is missing or closed to us."""
    try:
        return [each for each in folder.iterdir() if SAFE_NAME.fullmatch(each.name) and each.is_dir()]
    except (OSError, ValueError):
        return []


LIKE_A_MODEL = ("am", "conf", "graph", "final.mdl")


def _looks_like_model(folder: Path) -> bool:
    """Whether it is worth a look; a folder that is closed to us is not."""
    return any(exists(folder / part) for part in LIKE_A_MODEL)


FLAT = {
    "am/final.mdl": "final.mdl",
    "conf/mfcc.conf": "mfcc.conf",
    "graph/phones/word_boundary.int": "word_boundary.int",
}
"""Where vosk finds a file in the layout of old models, which have no ``am/``; of ``graph/`` only the name stays."""

LOOKAHEAD = ("graph/HCLr.fst", "graph/Gr.fst", "graph/disambig_tid.int")
IVECTOR = ("final.ie", "final.dubm", "final.mat", "global_cmvn.stats", "online_cmvn.conf", "splice.conf")
MAY_BE_EMPTY = ("disambig_tid.int", "online_cmvn.conf")

IVECTOR_INPUT = b"input-node name=ivector"
"""In ``final.mdl`` of a network that wants i-vectors, which only ``ivector/`` can make."""
HEAD = 16 << 20
"""Bytes of ``final.mdl`` to look through: the nodes follow the transition model, which has a few megabytes at most."""


def check_folder(folder: Path) -> None:
    """``ModelError`` unless vosk can read a model from ``folder``; it names the files that are missing or empty.

    It knows both layouts of vosk, the old flat one and the one with ``am``, ``conf`` and ``graph``. Vosk itself would
    write log lines, raise a bare ``Exception``, or end the process.
    """
    try:
        if not folder.exists():
            raise ModelError(f"{folder}: no such folder. Run: voice-skill models list")
        if not folder.is_dir():
            raise ModelError(f"{folder}: not a folder. A model's zip is added with: voice-skill models add FILE.zip")
        if not any((folder / part).exists() for part in LIKE_A_MODEL):
            raise ModelError(f"{folder}: not a speech model{_one_deeper(folder)}")
        faults = list(_faults(folder))
    except (OSError, ValueError) as error:
        says = error.strerror if isinstance(error, OSError) else error
        raise ModelError(f"{folder}: cannot be read: {says}") from error
    if faults:
        listed = ", ".join(faults[:4]) + (f" and {len(faults) - 4} more" if len(faults) > 4 else "")
        raise ModelError(f"{folder}: not a whole speech model: {listed}. Fetch it again: voice-skill models fetch")


def _one_deeper(folder: Path) -> str:
    """The end of the sentence: a zip unpacked by hand often leaves one folder in another of its name."""
    inner = [each for each in folders_in(folder) if _looks_like_model(each)]
    return f"; did you mean {inner[0]}?" if inner else ": it holds no am/final.mdl. Run: voice-skill models list"


def _faults(folder: Path) -> Iterator[str]:
    """What is wrong with each file, such as ``conf/mfcc.conf is missing``."""
    flat = not (folder / "am").is_dir() and not (folder / "conf").is_dir() and (folder / "final.mdl").is_file()
    for name in _needed(folder, flat):
        path = folder / _placed(name, flat)
        says = path.relative_to(folder).as_posix()
        if not path.is_file():
            yield f"{says} is missing"
            continue
        with path.open("rb") as file:
            if not file.read(1) and path.name not in MAY_BE_EMPTY:
                yield f"{says} is empty"
    # Kaldi asserts on this one in the middle of a recording, and that ends the process.
    conf = folder / "conf/model.conf"
    if not flat and conf.is_file() and b"--endpoint.silence-phones=" not in (text := conf.read_bytes()) and text:
        yield "conf/model.conf has no --endpoint.silence-phones"


def _placed(name: str, flat: bool) -> str:
    return FLAT.get(name, name.removeprefix("graph/")) if flat else name


def _needed(folder: Path, flat: bool) -> Iterator[str]:
    """Files that vosk 0.3.45 opens, by their names in the newer layout (``Model`` in its ``model.cc``)."""
    yield "am/final.mdl"
    if not flat:
        yield "conf/model.conf"
    yield "conf/fbank.conf" if not flat and (folder / "conf/fbank.conf").is_file() else "conf/mfcc.conf"
    yield from ["graph/HCLG.fst"] if (folder / _placed("graph/HCLG.fst", flat)).is_file() else LOOKAHEAD
    if (folder / _placed("graph/phones/word_boundary.int", flat)).is_file():
        yield "graph/phones/word_boundary.int"
    if (folder / "ivector").is_dir() or _wants_ivectors(folder / _placed("am/final.mdl", flat)):
        yield from (f"ivector/{name}" for name in IVECTOR)
    if (folder / "rescore/G.carpa").is_file():
        yield "rescore/G.fst"


def _wants_ivectors(path: Path) -> bool:
    if not path.is_file() or path.stat().st_size == 0:
        return False
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as network:
        return network.find(IVECTOR_INPUT, 0, HEAD) >= 0
