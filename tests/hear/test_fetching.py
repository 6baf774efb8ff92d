"""Fetching a model from a real server on loopback, through everything that goes wrong on the way."""

import hashlib
import multiprocessing
import os
import resource
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import (
    MODEL,
    MODEL_FILES,
    Answer,
    Handler,
    Site,
    dropped,
    manifest_text,
    redirect,
    status,
    without_ranges,
    write_model,
    zipped,
)

from voice_skill.errors import FetchError, UsageError
from voice_skill.hear import fetching, shelf
from voice_skill.hear.manifest import ModelInfo, load_manifest
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


@pytest.mark.parametrize("after", [0, 1, 300_000, len(ZIP) - 1])
def test_dropped_connection_goes_on_where_it_was(info: ModelInfo, folder: Path, site: Site, after: int) -> None:
    site.scripted.append(dropped(after))
    listener = Listener()
    fetching.fetch(info, folder, watcher=listener, pauses=AT_ONCE)
    assert_whole(folder)
    assert site.ranges == [None, f"bytes={after}-" if after else None]
    assert len(listener.notes) == 1
    assert "dropped" in listener.notes[0]


def test_drops_in_every_try_but_the_last(info: ModelInfo, folder: Path, site: Site) -> None:
    site.scripted.extend(dropped(200_000) for _ in AT_ONCE)
    fetching.fetch(info, folder, pauses=AT_ONCE)
    assert_whole(folder)
    assert site.ranges == [None, "bytes=200000-", "bytes=400000-", "bytes=600000-"]


def test_later_fetch_resumes_what_too_many_drops_left(info: ModelInfo, folder: Path, site: Site) -> None:
    site.scripted.extend(dropped(100_000) for _ in range(4))
    with pytest.raises(FetchError, match=r"dropped after 0\.4 MB of 1\.5 MB\. Run the same command again to go on"):
        fetching.fetch(info, folder, pauses=AT_ONCE)
    assert visible(folder) == []
    assert hidden(folder) == [f".{MODEL}.zip.part"]
    fetching.fetch(info, folder)
    assert_whole(folder)
    assert site.ranges[-1] == "bytes=400000-"


def reset(handler: Handler) -> None:
    """The connection is torn down, not closed."""
    handler.begin(200, len(handler.data))
    handler.wfile.write(handler.data[:1000])
    handler.wfile.flush()
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    handler.connection.close()


def other_part(handler: Handler) -> None:
    """A range, but not the one asked for."""
    data = handler.data[7:]
    handler.begin(206, len(data), Content_Range=f"bytes 7-{len(handler.data) - 1}/{len(handler.data)}")
    handler.wfile.write(data)


def no_range_said(handler: Handler) -> None:
    handler.begin(206, 10)
    handler.wfile.write(b"0123456789")


def no_length(handler: Handler) -> None:
    handler.begin(200, None)
    handler.wfile.write(handler.data)


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(reset, id="reset"),
        pytest.param(status(500), id="500"),
        pytest.param(status(503), id="503"),
        pytest.param(status(429), id="429"),
        pytest.param(lambda handler: handler.connection.close(), id="closed_without_a_word"),
        pytest.param(lambda handler: handler.wfile.write(b"not http at all\r\n\r\n"), id="not_http"),
        pytest.param(no_range_said, id="range_of_unknown_place"),
        pytest.param(other_part, id="range_of_another_place"),
    ],
)
def test_failure_that_passes_is_tried_again(info: ModelInfo, folder: Path, site: Site, first: Answer) -> None:
    site.scripted.append(first)
    fetching.fetch(info, folder, pauses=AT_ONCE)
    assert_whole(folder)
    assert len(site.ranges) == 2


@pytest.mark.parametrize("second", [without_ranges, status(416), other_part, no_range_said, no_length])
def test_server_that_cannot_resume_starts_over(info: ModelInfo, folder: Path, site: Site, second: Answer) -> None:
    site.scripted.extend([dropped(500_000), second])
    fetching.fetch(info, folder, pauses=AT_ONCE)
    assert_whole(folder)


@pytest.mark.parametrize(
    "left",
    [
        pytest.param(ZIP[:-1], id="all_but_one_byte"),
        pytest.param(ZIP, id="all"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"x" * 1000, id="other_bytes"),
        pytest.param(b"x" * len(ZIP), id="other_bytes_of_the_right_length"),
        pytest.param(ZIP + b"x", id="too_much"),
    ],
)
def test_whatever_an_earlier_run_left_the_model_comes_out_right(info: ModelInfo, folder: Path, left: bytes) -> None:
    folder.mkdir(parents=True)
    shelf.part_of(MODEL, folder).write_bytes(left)
    (shelf.unpacking_folder(MODEL, folder) / "am").mkdir(parents=True)
    fetching.fetch(info, folder)
    assert_whole(folder)


def test_whole_part_needs_no_network(info: ModelInfo, folder: Path, site: Site) -> None:
    folder.mkdir(parents=True)
    shelf.part_of(MODEL, folder).write_bytes(ZIP)
    fetching.fetch(info, folder)
    assert site.ranges == []


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


def interrupt_at(steps: int) -> shelf.Watcher:
    """Somebody who presses Ctrl-C after so many steps."""

    class Impatient(Listener):
        def progress(self, what: str, done: int, total: int) -> None:
            super().progress(what, done, total)
            if len(self.steps) == steps:
                raise KeyboardInterrupt

    return Impatient()


def all_steps(info: ModelInfo, folder: Path) -> int:
    listener = Listener()
    fetching.fetch(info, folder, watcher=listener)
    return len(listener.steps)


def test_stopped_anywhere_nothing_looks_like_a_model_and_the_next_run_ends_it(info: ModelInfo, tmp_path: Path) -> None:
    steps = all_steps(info, tmp_path / "measured")
    assert steps > 10
    for step in range(1, steps + 1):
        folder = tmp_path / str(step)
        with pytest.raises(KeyboardInterrupt):
            fetching.fetch(info, folder, watcher=interrupt_at(step))
        assert visible(folder) == []
        assert hidden(folder) == [f".{MODEL}.zip.part"]
        fetching.fetch(info, folder)
        assert_whole(folder)


KILLED = """
import os, signal, sys
from pathlib import Path
from voice_skill.hear import fetching, shelf
from voice_skill.hear.manifest import load_manifest

class Killer(shelf.Watcher):
    left = int(sys.argv[3])
    def progress(self, what, done, total):
        self.left -= 1
        if not self.left:
            os.kill(os.getpid(), signal.SIGKILL)

(info,) = load_manifest(Path(sys.argv[1])).values()
fetching.fetch(info, Path(sys.argv[2]), watcher=Killer())
"""


@pytest.fixture
def manifest(site: Site, tmp_path: Path) -> Path:
    path = tmp_path / "manifest.toml"
    path.write_text(manifest_text(ZIP, site.put(ZIP)))
    return path


@pytest.mark.parametrize("step", [1, 4, 8, 12])
def test_killed_outright_nothing_looks_like_a_model(info: ModelInfo, manifest: Path, folder: Path, step: int) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, manifest, folder, str(step)], check=False)
    assert done.returncode == -9
    assert visible(folder) == []
    fetching.fetch(info, folder)
    assert_whole(folder)


FETCH = """
import sys
from pathlib import Path
from voice_skill.errors import FetchError
from voice_skill.hear import fetching
from voice_skill.hear.manifest import load_manifest

(info,) = load_manifest(Path(sys.argv[1])).values()
try:
    fetching.fetch(info, Path(sys.argv[2]))
except FetchError as error:
    print(sorted(path.name for path in Path(sys.argv[2]).iterdir()))
    sys.exit(f"told: {error}")
"""


def limited(size: int) -> Callable[[], None]:
    """Lets the process write no file larger than ``size`` bytes; what is above fails as on a full disk."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def test_no_more_room_during_the_download_keeps_what_came(info: ModelInfo, manifest: Path, folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FETCH, manifest, folder],
        preexec_fn=limited(600_000),
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"told: no room in {folder}: 1.5 MB needed, ")
    assert "Make room and run the same command again. What came so far is kept" in done.stderr
    assert visible(folder) == []
    assert 0 < shelf.part_of(MODEL, folder).stat().st_size <= 600_000
    fetching.fetch(info, folder)
    assert_whole(folder)


ON_A_SMALL_DISK = 'mount -t tmpfs -o size="$1" tmpfs "$2" && shift 2 && exec "$@"'
"""In a name space of its own, where even an ordinary user may mount."""


def on_disk_of(size: str, mount: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command that sees a real disk of ``size`` at ``mount``; skips the test where that is forbidden."""
    mount.mkdir()
    unshare = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", ON_A_SMALL_DISK, "sh"]
    try:
        subprocess.run([*unshare, size, mount, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no small disk can be mounted here: {error}")
    return subprocess.run([*unshare, size, mount, *command], capture_output=True, text=True, check=False)


def test_full_disk_is_told_before_the_download(manifest: Path, tmp_path: Path, site: Site) -> None:
    disk = tmp_path / "disk"
    done = on_disk_of("1m", disk, sys.executable, "-c", FETCH, manifest, disk / "models")
    assert done.stderr.startswith(f"told: no room in {disk}/models: 1.5 MB needed, 1.0 MB free.")
    assert site.ranges == []


def test_full_disk_is_told_before_unpacking(manifest: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    done = on_disk_of("2m", disk, sys.executable, "-c", FETCH, manifest, disk / "models")
    assert done.stderr.startswith(f"told: no room in {disk}/models: 1.5 MB needed, 0.6 MB free.")
    assert done.stdout.strip() == str([".lock", f".{MODEL}.zip.part"])


def test_disk_that_fills_while_unpacking_leaves_no_folder(site: Site, tmp_path: Path) -> None:
    """A hundred tiny files need a page each, which their sizes do not tell beforehand."""
    data = zipped({**MODEL_FILES, "am/final.mdl": b"am", **{f"graph/{number}": b"x" for number in range(100)}})
    manifest = tmp_path / "manifest.toml"
    manifest.write_text(manifest_text(data, site.put(data)))
    disk = tmp_path / "disk"
    done = on_disk_of("200k", disk, sys.executable, "-c", FETCH, manifest, disk / "models")
    assert done.stderr.startswith(f"told: no room in {disk}/models: ")
    assert done.stdout.strip() == str([".lock", f".{MODEL}.zip.part"])


def test_manifest_of_the_project_is_what_the_makers_publish() -> None:
    known = load_manifest()
    small, big = known[MODEL], known["vosk-model-en-us-0.22-lgraph"]
    assert (small.bytes, big.bytes) == (41_205_931, 130_557_655)
    assert small.sha256 == "30f26242c4eb449f948e42cb302dd7a686cb29a3423a8367f99ff41780942498"
    assert big.sha256 == "d9838b4aaa82a75c4a17f5aca300eaca129aaab2a7cbf951bafbb500eb9c4334"
    for info in (small, big):
        assert info.url == f"https://alphacephei.com/vosk/models/{info.name}.zip"
    assert [info.name for info in known.values() if info.recommended] == [MODEL]
    assert [info.name for info in known.values() if info.bundled] == ["vosk-model-starter-en"]
    assert list(known)[-1] == "vosk-model-starter-en"
