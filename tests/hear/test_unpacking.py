"""Zips that are no model, or worse, given to ``voice-skill models add``."""

import hashlib
import io
import os
import random
import stat
import struct
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import MODEL, MODEL_FILES, write_model, zipped
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from voice_skill.errors import FetchError
from voice_skill.hear import shelf, unpacking
from voice_skill.hear.manifest import ModelInfo
from voice_skill.hear.models import check_folder
from voice_skill.paths import shipped

NAME = "my-model"
SMALL_FILES = {**MODEL_FILES, "am/final.mdl": b"am"}


def add(archive: Path, folder: Path, known: dict[str, ModelInfo] | None = None) -> tuple[Path, bool]:
    return unpacking.add(archive, folder, known or {}, shelf.Watcher())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "down" / "models"


def left_in(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*")}


def written(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "given.zip"
    path.write_bytes(data)
    return path


def zipped_as_named(extra: dict[str, bytes]) -> bytes:
    """A good model with further entries, whose names are stored as they are."""
    data = io.BytesIO(zipped(SMALL_FILES, NAME))
    with zipfile.ZipFile(data, "a") as archive:
        for name, content in extra.items():
            entry = zipfile.ZipInfo(NAME)
            entry.filename = name
            with warnings.catch_warnings(action="ignore"):  # of the same name twice
                archive.writestr(entry, content)
    return data.getvalue()


def zipped_as_mode(mode: int, content: bytes) -> bytes:
    """A good model with an entry of another kind than file."""
    data = io.BytesIO(zipped(SMALL_FILES, NAME))
    with zipfile.ZipFile(data, "a") as archive:
        entry = zipfile.ZipInfo(f"{NAME}/odd")
        entry.create_system, entry.external_attr = 3, (mode | 0o644) << 16
        archive.writestr(entry, content)
    return data.getvalue()


def bomb() -> bytes:
    return zipped({**SMALL_FILES, "graph/HCLG.fst": bytes(64 << 20)}, NAME)


def lying_bomb() -> bytes:
    """Declares a small size for what unpacks to much more."""
    data = bytearray(zipped({**SMALL_FILES, "zz": bytes(8 << 20)}, NAME))
    # sizes are 32-bit fields of the local header, and of the central directory which is what counts
    return bytes(data.replace(struct.pack("<I", 8 << 20), struct.pack("<I", 100)))


def overlapping() -> bytes:
    """Two hundred names for the same packed bytes, the densest kind of bomb."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{NAME}/am/final.mdl", bytes(1 << 20))
        first = archive.infolist()[0]
        for number in range(200):
            other = zipfile.ZipInfo(f"{NAME}/{number}")
            for field in ("header_offset", "CRC", "compress_size", "file_size", "compress_type"):
                setattr(other, field, getattr(first, field))
            archive.filelist.append(other)
    return data.getvalue()


def encrypted() -> bytes:
    """The flag alone: Python cannot write one."""
    data = bytearray(zipped(SMALL_FILES, NAME))
    data[data.index(b"PK\1\2") + 8] |= 1
    return bytes(data)


def strange_method() -> bytes:
    data = bytearray(zipped(SMALL_FILES, NAME))
    data[data.index(b"PK\1\2") + 10] = 99
    return bytes(data)


EVIL: dict[str, Callable[[], bytes]] = {
    "up_and_out": lambda: zipped_as_named({"../evil": b"x"}),
    "up_and_out_in_the_middle": lambda: zipped_as_named({f"{NAME}/../../evil": b"x"}),
    "up_at_the_end": lambda: zipped_as_named({f"{NAME}/..": b"x"}),
    "absolute": lambda: zipped_as_named({"/tmp/evil": b"x"}),
    "absolute_folder": lambda: zipped_as_named({"/evil/": b""}),
    "two_slashes": lambda: zipped_as_named({f"{NAME}//evil": b"x"}),
    "dot": lambda: zipped_as_named({f"./{NAME}/evil": b"x"}),
    "backslashes": lambda: zipped_as_named({"..\\..\\evil": b"x"}),
    "backslash_in_folder": lambda: zipped_as_named({f"{NAME}/a\\b": b"x"}),
    "drive": lambda: zipped_as_named({"C:/evil": b"x"}),
    "stream": lambda: zipped_as_named({f"{NAME}/am:evil": b"x"}),
    "new_line": lambda: zipped_as_named({f"{NAME}/a\nb": b"x"}),
    "escape_code": lambda: zipped_as_named({f"{NAME}/\x1b[2Jb": b"x"}),
    "zero_byte": lambda: zipped_as_named({f"{NAME}/evilx": b"x"}).replace(b"evilx", b"evi\0x"),
    "long_name": lambda: zipped_as_named({f"{NAME}/{'x' * 300}": b"x"}),
    "long_path": lambda: zipped_as_named({f"{NAME}/{'x/' * 3000}x": b"x"}),
    "link": lambda: zipped_as_mode(stat.S_IFLNK, b"/etc/passwd"),
    "device": lambda: zipped_as_mode(stat.S_IFCHR, b""),
    "pipe": lambda: zipped_as_mode(stat.S_IFIFO, b""),
    "same_path": lambda: zipped_as_named({f"{NAME}/am/final.mdl": b"other"}),
    "same_path_but_for_case": lambda: zipped_as_named({f"{NAME}/AM/final.mdl": b"other"}),
    "file_that_is_a_folder": lambda: zipped_as_named({f"{NAME}/am": b"x"}),
    "second_folder": lambda: zipped_as_named({"other/evil": b"x"}),
    "file_beside": lambda: zipped_as_named({"evil": b"x"}),
    "bomb": bomb,
    "lying_bomb": lying_bomb,
    "overlapping": overlapping,
    "many_files": lambda: zipped_as_named({f"{NAME}/{number}": b"" for number in range(1001)}),
    "encrypted": encrypted,
    "strange_method": strange_method,
    "hidden_name": lambda: zipped(SMALL_FILES, ".hidden"),
    "name_with_space": lambda: zipped(SMALL_FILES, "my model"),
    "no_folder": lambda: zipped({"final.mdl": b"x"}, "."),
    "empty_zip": lambda: zipped({}),
    "folders_alone": lambda: zipped({"am/": b""}),
    "no_zip": lambda: b"hello",
    "nothing": lambda: b"",
    "zip_cut_short": lambda: zipped(SMALL_FILES, NAME)[:-30],
    "part_missing": lambda: zipped({name: data for name, data in SMALL_FILES.items() if name != "graph/Gr.fst"}, NAME),
    "part_empty": lambda: zipped({**SMALL_FILES, "graph/Gr.fst": b""}, NAME),
    "no_model": lambda: zipped({"README": b"hello"}, NAME),
}


@pytest.mark.parametrize("make", EVIL.values(), ids=EVIL)
def test_evil_or_broken_zip_is_one_line_and_leaves_nothing(
    make: Callable[[], bytes], tmp_path: Path, folder: Path
) -> None:
    archive = written(tmp_path, make())
    with pytest.raises(FetchError) as caught:
        add(archive, folder)
    assert str(caught.value).startswith(f"{archive}: ")
    assert str(caught.value).isprintable()
    assert left_in(tmp_path) == {"given.zip", "deep", "deep/down", "deep/down/models", "deep/down/models/.lock"}


def test_a_good_zip_with_the_same_helpers_is_taken(tmp_path: Path, folder: Path) -> None:
    """So that the refusals above are of what is evil in them."""
    archive = written(tmp_path, zipped_as_named({f"{NAME}/README": b"x", f"{NAME}/empty/": b""}))
    assert add(archive, folder) == (folder / NAME, False)
    assert (folder / NAME / "README").read_bytes() == b"x"
    check_folder(folder / NAME)


def test_what_a_mac_adds_is_left_out(tmp_path: Path, folder: Path) -> None:
    archive = written(tmp_path, zipped_as_named({f"__MACOSX/{NAME}/._am": b"x"}))
    add(archive, folder)
    assert left_in(folder) == {".lock", NAME, *(f"{NAME}/{name}" for name in SMALL_FILES)} | {
        f"{NAME}/{name}" for name in ("am", "conf", "graph", "graph/phones")
    }


def test_modes_in_the_zip_do_not_count(tmp_path: Path, folder: Path) -> None:
    add(written(tmp_path, zipped_as_mode(stat.S_IFREG | stat.S_ISUID | 0o111, b"#!")), folder)
    assert not (folder / NAME / "odd").stat().st_mode & (stat.S_ISUID | 0o111)


def test_starter_zipped_and_added_is_the_starter(tmp_path: Path, folder: Path) -> None:
    """A real model of 25 MB through the limits that are meant for bombs."""
    starter = shipped("models") / "vosk-model-starter-en"
    files = {path.relative_to(starter).as_posix(): path.read_bytes() for path in starter.rglob("*") if path.is_file()}
    add(written(tmp_path, zipped(files, NAME)), folder)
    assert {name: (folder / NAME / name).read_bytes() for name in files} == files


def test_model_that_is_there_is_not_replaced(tmp_path: Path, folder: Path) -> None:
    write_model(folder / NAME, {**SMALL_FILES, "mine": b"x"})
    with pytest.raises(FetchError, match=f"there already.*models remove {NAME}"):
        add(written(tmp_path, zipped(SMALL_FILES, NAME)), folder)
    assert (folder / NAME / "mine").exists()


def test_link_in_place_of_a_model_is_replaced_and_not_followed(tmp_path: Path, folder: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "precious").mkdir(parents=True)
    folder.mkdir(parents=True)
    (folder / NAME).symlink_to(elsewhere)
    add(written(tmp_path, zipped(SMALL_FILES, NAME)), folder)
    assert (elsewhere / "precious").is_dir()
    assert not (folder / NAME).is_symlink()
    check_folder(folder / NAME)


def known(data: bytes, **more: object) -> dict[str, ModelInfo]:
    facts = {"licence": "", "says": "", "quirks": (), "rank": 0, "url": "https://x/y.zip", "bytes": len(data)}
    facts |= {"sha256": hashlib.sha256(data).hexdigest(), **more}
    return {MODEL: ModelInfo(MODEL, **facts)}  # type: ignore[arg-type]


def test_known_model_is_verified(tmp_path: Path, folder: Path) -> None:
    data = zipped(SMALL_FILES)
    assert add(written(tmp_path, data), folder, known(data)) == (folder / MODEL, True)


@pytest.mark.parametrize("wrong", [{"sha256": "0" * 64}, {"bytes": 7}])
def test_known_name_with_another_content_is_refused(tmp_path: Path, folder: Path, wrong: dict[str, object]) -> None:
    data = zipped(SMALL_FILES)
    with pytest.raises(FetchError, match="SHA-256"):
        add(written(tmp_path, data), folder, known(data, **wrong))
    assert left_in(folder) == {".lock"}


def test_bundled_model_cannot_be_added(tmp_path: Path, folder: Path) -> None:
    data = zipped(SMALL_FILES)
    with pytest.raises(FetchError, match="comes with the program"):
        add(written(tmp_path, data), folder, known(data, bundled=True))


@pytest.mark.parametrize("given", ["missing.zip", "", "missing/x.zip"])
def test_file_that_is_not_there(tmp_path: Path, folder: Path, given: str) -> None:
    with pytest.raises(FetchError, match="cannot be read"):
        add(tmp_path / given, folder)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_file_that_may_not_be_read(tmp_path: Path, folder: Path) -> None:
    archive = written(tmp_path, zipped(SMALL_FILES, NAME))
    archive.chmod(0)
    with pytest.raises(FetchError, match="cannot be read: Permission denied"):
        add(archive, folder)


@given(at=st.integers(0, 10_000), damage=st.binary(min_size=1, max_size=8))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_damage_gives_half_a_model_or_a_foreign_error(
    tmp_path_factory: pytest.TempPathFactory, at: int, damage: bytes
) -> None:
    """Whatever bytes are wrong: what is installed is what was packed, or nothing is."""
    root = tmp_path_factory.mktemp("damage")
    files = {**SMALL_FILES, "am/final.mdl": random.Random(2).randbytes(300)}
    data = bytearray(zipped(files, NAME))
    at %= len(data)
    data[at : at + len(damage)] = damage
    archive = written(root, bytes(data))
    try:
        target, _ = add(archive, root / "models")
    except FetchError as error:
        assert str(error).isprintable()
        assert left_in(root) == {"given.zip", "models", "models/.lock"}
    else:
        assert left_in(root) >= {f"models/{target.name}/am/final.mdl"}
        check_folder(target)
        assert (target / "am/final.mdl").read_bytes() == files["am/final.mdl"]


def test_remove_takes_the_model_and_what_came_of_it(folder: Path) -> None:
    write_model(folder / NAME, SMALL_FILES)
    shelf.part_of(NAME, folder).write_bytes(b"x")
    write_model(folder / "other", SMALL_FILES)
    shelf.remove(NAME, folder)
    assert {path.name for path in folder.iterdir()} == {".lock", "other"}


def test_remove_takes_a_link_and_leaves_what_it_shows(folder: Path, tmp_path: Path) -> None:
    precious = write_model(tmp_path / "precious", SMALL_FILES)
    folder.mkdir(parents=True)
    (folder / NAME).symlink_to(precious)
    shelf.remove(NAME, folder)
    check_folder(precious)
    assert {path.name for path in folder.iterdir()} == {".lock"}


@pytest.mark.parametrize("name", ["missing", "..", "../precious", "/etc", "", ".", ".lock", "a/b", "x" * 5000, "a\0b"])
def test_remove_takes_nothing_else(folder: Path, name: str) -> None:
    write_model(folder / NAME, SMALL_FILES)
    write_model(folder.parent / "precious", SMALL_FILES)
    (folder / ".lock").touch()
    with pytest.raises(FetchError, match="not among the fetched models"):
        shelf.remove(name, folder)
    check_folder(folder / NAME)
    check_folder(folder.parent / "precious")
    assert (folder / ".lock").exists()
