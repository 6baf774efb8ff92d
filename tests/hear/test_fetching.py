"""Fetching a model from a real server on loopback: what is taken and what is refused."""

import multiprocessing
import socket
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import (
    MODEL,
    MODEL_FILES,
    Handler,
    Site,
    redirect,
    status,
    write_model,
    zipped,
)
from fetched import AT_ONCE, ZIP, Listener, assert_whole, hidden, info_of, visible

from voice_skill.errors import FetchError, UsageError
from voice_skill.hear import fetching, shelf
from voice_skill.hear.manifest import ModelInfo


def test_good_download(info: ModelInfo, folder: Path, site: Site) -> None:
    listener = Listener()
    assert fetching.fetch(info, folder, watcher=listener) == folder / MODEL
    assert_whole(folder)
    assert site.ranges == [None]
    assert listener.notes == []
    for what, total in (("fetching", len(ZIP)), ("unpacking", sum(map(len, MODEL_FILES.values())))):
        steps = [(done, of) for name, done, of in listener.steps if name == what]
        assert steps == sorted(steps)
        assert steps[-1] == (total, total)
        assert len(steps) > 3


def test_model_that_is_there_is_kept_without_a_request(info: ModelInfo, folder: Path, site: Site) -> None:
    fetching.fetch(info, folder)
    fetching.fetch(info, folder)
    assert len(site.ranges) == 1


def test_broken_model_that_is_there_is_replaced(info: ModelInfo, folder: Path) -> None:
    write_model(folder / MODEL)
    (folder / MODEL / "am" / "final.mdl").unlink()
    (folder / MODEL / "stale").touch()
    fetching.fetch(info, folder)
    assert_whole(folder)
    assert not (folder / MODEL / "stale").exists()


def test_wrong_hash_leaves_nothing(info: ModelInfo, folder: Path) -> None:
    with pytest.raises(FetchError, match="SHA-256"):
        fetching.fetch(replace(info, sha256="0" * 64), folder)
    assert visible(folder) == hidden(folder) == []


def test_wrong_hash_after_a_resume_starts_over_once_and_no_more(info: ModelInfo, folder: Path, site: Site) -> None:
    folder.mkdir(parents=True)
    shelf.part_of(MODEL, folder).write_bytes(ZIP[:1000])
    with pytest.raises(FetchError, match="SHA-256"):
        fetching.fetch(replace(info, sha256="0" * 64), folder)
    assert site.ranges == ["bytes=1000-", None]


@pytest.mark.parametrize("difference", [-1, 1, -1_000_000])
def test_wrong_size_is_seen_before_it_is_downloaded(info: ModelInfo, folder: Path, difference: int) -> None:
    wrong = replace(info, bytes=info.bytes + difference)
    with pytest.raises(FetchError, match=f"{len(ZIP)} bytes instead of {wrong.bytes}"):
        fetching.fetch(wrong, folder)
    assert visible(folder) == hidden(folder) == []


def test_endless_answer_without_a_length_is_cut_off(info: ModelInfo, folder: Path, site: Site) -> None:
    def endless(handler: Handler) -> None:
        handler.begin(200, None)
        while True:
            handler.wfile.write(bytes(1 << 20))

    site.scripted.append(endless)
    with pytest.raises(FetchError, match="SHA-256"):
        fetching.fetch(info, folder, pauses=AT_ONCE)
    assert visible(folder) == hidden(folder) == []


@pytest.mark.parametrize("code", [400, 401, 403, 404, 410])
def test_answer_that_will_not_change_is_not_asked_for_again(
    info: ModelInfo, folder: Path, site: Site, code: int
) -> None:
    site.scripted.append(status(code))
    with pytest.raises(FetchError, match=f"the server answers {code} "):
        fetching.fetch(info, folder, pauses=AT_ONCE)
    assert len(site.ranges) == 1
    assert visible(folder) == hidden(folder) == []


def test_redirects_are_followed(info: ModelInfo, folder: Path, site: Site) -> None:
    site.scripted.append(redirect(f"{site.url}/{MODEL}.zip"))
    fetching.fetch(replace(info, url=f"{site.url}/elsewhere"), folder)
    assert_whole(folder)


def test_redirect_for_ever_ends(info: ModelInfo, folder: Path, site: Site) -> None:
    site.scripted.extend(redirect(f"/{MODEL}.zip") for _ in range(100))
    with pytest.raises(FetchError) as caught:
        fetching.fetch(info, folder, pauses=AT_ONCE)
    assert "\n" not in str(caught.value)


def test_redirect_to_a_file_is_refused(info: ModelInfo, folder: Path, site: Site, tmp_path: Path) -> None:
    (tmp_path / "m.zip").write_bytes(ZIP)
    site.scripted.append(redirect(f"file://{tmp_path}/m.zip"))
    with pytest.raises(FetchError):
        fetching.fetch(info, folder, pauses=AT_ONCE)
    assert visible(folder) == []


def test_no_server(info: ModelInfo, folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    listener = Listener()
    with pytest.raises(FetchError, match="no connection: Connection refused"):
        fetching.fetch(info, folder, f"http://127.0.0.1:{port}/x.zip", listener, pauses=AT_ONCE)
    assert len(listener.notes) == len(AT_ONCE)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://x/y.zip", "x.zip", "http:///x", "http://[::1/x.zip", "http://"]
)
def test_address_that_is_none_is_wrong_usage(info: ModelInfo, folder: Path, url: str) -> None:
    with pytest.raises(UsageError):
        fetching.fetch(info, folder, url)


def test_mirror_has_to_have_the_same_zip(info: ModelInfo, folder: Path, site: Site) -> None:
    other = zipped({**MODEL_FILES, "am/final.mdl": MODEL_FILES["am/final.mdl"][::-1]})
    assert len(other) == len(ZIP)
    with pytest.raises(FetchError, match="SHA-256"):
        fetching.fetch(info, folder, site.put(other, "mirror"))
    assert visible(folder) == hidden(folder) == []
    fetching.fetch(info, folder, site.put(ZIP, "mirror"))
    assert_whole(folder)


def test_zip_of_the_manifest_that_is_no_model_is_refused(folder: Path, site: Site) -> None:
    data = zipped({"README": b"hello"})
    with pytest.raises(FetchError, match="not a speech model"):
        fetching.fetch(info_of(data, site.put(data)), folder)
    assert visible(folder) == []


def test_folder_that_cannot_be_made(info: ModelInfo, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where a folder should be")
    with pytest.raises(FetchError, match="cannot be written: Not a directory"):
        fetching.fetch(info, tmp_path / "data" / "models")


def fetch_and_tell(info: ModelInfo, folder: Path, answers: "multiprocessing.Queue[str]") -> None:
    try:
        fetching.fetch(info, folder)
        answers.put("done")
    except FetchError as error:
        answers.put(str(error))


def test_second_fetch_at_the_same_time_is_turned_away(info: ModelInfo, folder: Path) -> None:
    context = multiprocessing.get_context("spawn")
    answers: multiprocessing.Queue[str] = context.Queue()
    with shelf.alone(folder):
        other = context.Process(target=fetch_and_tell, args=(info, folder, answers))
        other.start()
        assert "at work" in answers.get(timeout=60)
        other.join()
    assert visible(folder) == []
    fetching.fetch(info, folder)
    assert_whole(folder)
