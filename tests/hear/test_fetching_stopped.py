"""A fetch that is stopped, killed or out of room: nothing that is left looks like a model."""

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import (
    MODEL,
    MODEL_FILES,
    Site,
    manifest_text,
    zipped,
)
from fetched import Listener, assert_whole, hidden, visible

from voice_skill.hear import fetching, shelf
from voice_skill.hear.manifest import ModelInfo


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
