"""The kept understanding is the same as a fresh one, is never stale, and is never needed."""

import os
import re
import shutil
from pathlib import Path

import pytest

from voice_skill import prepared
from voice_skill.content import Content, load
from voice_skill.messages import Transcript
from voice_skill.paths import shipped
from voice_skill.prepared import Shelf

SAYINGS = ("is upper back pain serious", "i have chest pain and my arm is numb", "bake a cake", "say that again")


@pytest.fixture
def responses(tmp_path: Path) -> Path:
    return Path(shutil.copytree(shipped("responses"), tmp_path / "responses"))


@pytest.fixture(scope="module")
def content() -> Content:
    return load(shipped("responses"))


def kept(cache: Path) -> Path:
    (path,) = cache.glob("understanding-*")
    return path


def test_what_was_kept_understands_as_a_fresh_one(tmp_path: Path, content: Content) -> None:
    fresh = Shelf(shipped("responses"), tmp_path / "cache").make(content)
    found = Shelf(shipped("responses"), tmp_path / "cache").load()
    assert found is not None
    assert found[0] == content
    for text in SAYINGS:
        assert found[1].understand(Transcript(text)) == fresh.understand(Transcript(text))


def test_any_change_of_the_content_makes_it_anew(tmp_path: Path, responses: Path, content: Content) -> None:
    Shelf(responses, tmp_path / "cache").make(content)
    changed = responses / "phrases.toml"
    before = changed.stat()
    text = changed.read_bytes()
    changed.write_bytes(text.replace(b"two weeks", b"ten weeks") if b"two weeks" in text else text[:-1] + b" ")
    os.utime(changed, ns=(before.st_atime_ns, before.st_mtime_ns))  # as out of a wheel, where all times are alike
    assert changed.stat().st_size == before.st_size
    assert Shelf(responses, tmp_path / "cache").load() is None


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "not a pickle"])
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, content: Content, damage: str) -> None:
    cache = tmp_path / "cache"
    Shelf(shipped("responses"), cache).make(content)
    data = kept(cache).read_bytes()
    middle = len(data) // 2
    flipped = data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]
    bad = {"cut": data[:middle], "flipped": flipped, "empty": b"", "not a pickle": b"hello" * 9}[damage]
    kept(cache).write_bytes(bad)
    assert Shelf(shipped("responses"), cache).load() is None


def test_a_file_that_others_may_write_is_not_read(tmp_path: Path, content: Content) -> None:
    cache = tmp_path / "cache"
    Shelf(shipped("responses"), cache).make(content)
    kept(cache).chmod(0o666)
    assert Shelf(shipped("responses"), cache).load() is None


def test_without_a_folder_to_write_it_works_all_the_same(tmp_path: Path, content: Content) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    for cache in (None, tmp_path / "file" / "cache"):
        shelf = Shelf(shipped("responses"), cache)
        assert shelf.make(content).understand(Transcript(SAYINGS[0])).match
        assert shelf.load() is None


def test_old_ones_are_cleared_away(tmp_path: Path, content: Content) -> None:
    for number in range(6):
        old = tmp_path / f"understanding-{number}.pickle"
        old.touch()
        os.utime(old, (number, number))
    Shelf(shipped("responses"), tmp_path).make(content)
    assert len(list(tmp_path.iterdir())) == prepared.NEWEST


@pytest.mark.parametrize(
    "pattern",
    [re.compile(r"(?<!\w)(?P<who>my|his) (back|chest)s?\b", re.IGNORECASE), re.compile("a(?:b|c)*?$"), re.compile("")],
    ids=lambda pattern: pattern.pattern or "empty",
)
def test_patterns_come_back_compiled(pattern: re.Pattern[str]) -> None:
    how = prepared._compiled(pattern)
    assert how is not NotImplemented
    function, call = how
    again = function(*call)
    assert again == pattern
    text = "My back, his chests"
    assert [found.groupdict() for found in again.finditer(text)] == [
        found.groupdict() for found in pattern.finditer(text)
    ]
