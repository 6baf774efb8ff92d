"""Sentences are made once; the cache keeps to its bounds and is never trusted blindly."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from voice_skill.speak.cache import MEGABYTE, Cache
from voice_skill.speak.speech import Speech
from voice_skill.speak.synthesis import Voice

SENTENCE = "Is upper back pain serious?"


def speech(kilobytes: int = 100, text: str = "") -> Speech:
    return Speech(np.random.default_rng(1).integers(-9999, 9999, kilobytes * 512).astype(np.int16), 22_050, text)


def test_a_sentence_is_made_once_for_all_processes(tmp_path: Path) -> None:
    # espeak-ng varies from run to run, so equal samples are the same run's.
    first = Voice(cache=tmp_path).synthesise(SENTENCE)
    again = Voice(cache=tmp_path).synthesise(SENTENCE)
    assert np.array_equal(first.samples, again.samples)
    assert (again.rate, again.text) == (first.rate, first.text)


@pytest.mark.parametrize("other", [{"rate": 200}, {"voice": "en-us"}])
def test_another_rate_or_voice_is_another_sentence(tmp_path: Path, other: dict) -> None:
    first = Voice(cache=tmp_path).synthesise(SENTENCE)
    assert not np.array_equal(Voice(**other, cache=tmp_path).synthesise(SENTENCE).samples, first.samples)
    assert len(list(tmp_path.iterdir())) == 2


def test_every_volume_shares_one_file(tmp_path: Path) -> None:
    for volume in (0.5, 1.0, 2.0):
        Voice(volume=volume, cache=tmp_path).synthesise(SENTENCE)
    assert len(list(tmp_path.iterdir())) == 1


DAMAGE = {
    "empty": lambda data: b"",
    "cut short": lambda data: data[: len(data) // 2],
    "one bit": lambda data: data[:5000] + bytes([data[5000] ^ 1]) + data[5001:],
    "text": lambda data: b"this is no speech at all",
    "longer": lambda data: data + b"\0\0",
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_file_is_made_anew(tmp_path: Path, damage: str) -> None:
    whole = Voice(cache=tmp_path).synthesise(SENTENCE)
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(DAMAGE[damage](kept.read_bytes()))
    damaged = kept.read_bytes()
    assert Voice(cache=tmp_path).synthesise(SENTENCE).seconds == pytest.approx(whole.seconds, rel=0.1)
    assert kept.read_bytes() != damaged


def test_a_file_of_another_sentence_is_not_taken_for_this_one(tmp_path: Path) -> None:
    Cache(tmp_path).put("call an ambulance", speech(text="call an ambulance"))
    (one,) = tmp_path.iterdir()
    Cache(tmp_path).put("take a rest", speech(text="take a rest"))
    (other,) = set(tmp_path.iterdir()) - {one}
    other.replace(one)
    assert Cache(tmp_path).get("call an ambulance") is None


def test_the_folder_keeps_to_its_size_and_drops_what_was_not_used(tmp_path: Path) -> None:
    cache = Cache(tmp_path, megabytes=1)
    (tmp_path / "left.part").write_bytes(b"\0" * MEGABYTE)
    (tmp_path / "letter.txt").write_text("not ours")
    for number in range(25):
        cache.put(str(number), speech())
        assert sum(file.stat().st_size for file in tmp_path.glob("*.speech")) <= MEGABYTE
    fresh = Cache(tmp_path)
    assert fresh.get("24") is not None
    assert fresh.get("0") is None
    assert (tmp_path / "letter.txt").exists()
    assert not (tmp_path / "left.part").exists()


def test_memory_is_bounded_by_bytes() -> None:
    cache = Cache(in_memory=MEGABYTE)
    for number in range(25):
        cache.put(str(number), speech())
    kept = [number for number in range(25) if cache.get(str(number))]
    assert kept == list(range(15, 25)), "ten of a tenth of a megabyte each, the last ones"
    cache.put("huge", speech(2000))
    assert cache.get("huge") is None


@pytest.mark.parametrize("blocker", ["file", "missing parent is a file"])
def test_a_folder_that_cannot_be_used_does_no_harm(tmp_path: Path, blocker: str) -> None:
    (tmp_path / "file").write_text("in the way")
    folder = tmp_path / "file" if blocker == "file" else tmp_path / "file" / "speech"
    assert Voice(cache=folder).synthesise(SENTENCE).seconds > 1


def test_nothing_is_kept_where_nothing_shall_be(tmp_path: Path) -> None:
    Voice(cache=tmp_path / "speech", cache_mb=0).synthesise(SENTENCE)
    assert list(tmp_path.iterdir()) == []


def test_many_at_once_leave_whole_files_only(tmp_path: Path) -> None:
    caches = [Cache(tmp_path, megabytes=1) for _ in range(4)]

    def use(number: int) -> bool:
        key = str(number % 12)
        found = caches[number % 4].get(key)
        caches[number % 4].put(key, speech(text=key))
        return found is None or found.text == key

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(use, range(200)))
    assert not list(tmp_path.glob("*.part"))
