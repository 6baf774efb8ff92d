"""What a fetched model has to be, and one to fetch."""

import hashlib
from pathlib import Path

import pytest
from conftest import (
    MODEL,
    MODEL_FILES,
    Site,
    manifest_text,
    zipped,
)

from voice_skill.hear import shelf
from voice_skill.hear.manifest import ModelInfo
from voice_skill.hear.models import check_folder

AT_ONCE = (0.0, 0.0, 0.0)
ZIP = zipped(MODEL_FILES)


class Listener(shelf.Watcher):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.steps: list[tuple[str, int, int]] = []

    def progress(self, what: str, done: int, total: int) -> None:
        self.steps.append((what, done, total))

    def note(self, text: str) -> None:
        self.notes.append(text)


def info_of(data: bytes, url: str) -> ModelInfo:
    return ModelInfo(
        MODEL,
        licence="Apache-2.0",
        says="a small one",
        quirks=(),
        rank=0,
        url=url,
        bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
    )


@pytest.fixture
def info(site: Site) -> ModelInfo:
    """The small model, which the server has."""
    return info_of(ZIP, site.put(ZIP))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "models"


def visible(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


def hidden(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name.startswith(".") and path.name != ".lock")


def assert_whole(folder: Path) -> None:
    """The model is there as it was packed, and nothing else."""
    assert visible(folder) == [MODEL]
    assert hidden(folder) == []
    for name, content in MODEL_FILES.items():
        assert (folder / MODEL / name).read_bytes() == content
    check_folder(folder / MODEL)


@pytest.fixture
def manifest(site: Site, tmp_path: Path) -> Path:
    path = tmp_path / "manifest.toml"
    path.write_text(manifest_text(ZIP, site.put(ZIP)))
    return path
