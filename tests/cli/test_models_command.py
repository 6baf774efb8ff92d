"""``voice-skill models`` as a person runs it: a process, a real server on loopback, a real terminal."""

import io
import json
import os
import pty
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from conftest import MODEL, MODEL_FILES, Answer, Handler, Site, manifest_text, status, write_model, zipped

from voice_skill.paths import shipped

STARTER = "vosk-model-starter-en"
LGRAPH = "vosk-model-en-us-0.22-lgraph"
ZIP = zipped(MODEL_FILES)
PROGRAM = [sys.executable, "-m", "voice_skill", "models"]


class Person:
    """Somebody with a home of their own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.fetched = home / ".local/share/voice-skill/models"
        self.manifest = home / "manifest.toml"
        home.mkdir()

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("VO", "XDG_"))}
        return {**kept, "HOME": str(self.home), "NO_PROXY": "127.0.0.1", "TERM": "dumb", "COLUMNS": "80", **more}

    def run(self, *arguments: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*PROGRAM, *arguments],
            env=self.environment(**more),
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def listed(self, **more: str) -> dict[str, dict[str, object]]:
        done = self.run("list", "--json", **more)
        assert done.returncode == 0, done.stderr
        return {row["name"]: row for row in json.loads(done.stdout)["models"]}

    def knows(self, data: bytes, url: str, sha256: str | None = None) -> list[str | Path]:
        """Flags for a manifest in which the small model is ``data``."""
        self.manifest.write_text(manifest_text(data, url, sha256=sha256))
        return ["--manifest", self.manifest]


@pytest.fixture
def person(tmp_path: Path) -> Person:
    return Person(tmp_path / "home")


def test_list_says_what_is_used_and_what_could_be_fetched(person: Person) -> None:
    done = person.run("list", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    shown = json.loads(done.stdout)
    assert shown["in_use"]["name"] == STARTER
    assert shown["in_use"]["origin"] == "starter"
    assert [row["name"] for row in shown["models"]] == [STARTER, LGRAPH, MODEL]
    starter, _, small = shown["models"]
    assert starter["in_use"] is True
    assert starter["bytes"] == sum(path.stat().st_size for path in Path(starter["folder"]).rglob("*") if path.is_file())
    assert small["folder"] is None
    assert small["bytes"] == 41_205_931
    assert all(row["licence"] == "Apache-2.0" and row["says"] and row["quirks"] for row in shown["models"])


def test_plain_list_is_a_line_a_model(person: Person) -> None:
    done = person.run("list")
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    size = sum(path.stat().st_size for path in (shipped("models") / STARTER).rglob("*") if path.is_file())
    assert [line[:4] for line in lines] == [
        ["in use", STARTER, "starter", f"{size / 1e6:.0f} MB"],
        ["", LGRAPH, "not fetched", "131 MB"],
        ["", MODEL, "not fetched", "41 MB"],
    ]


def test_list_of_a_model_that_a_setting_names(person: Person) -> None:
    mine = write_model(person.home / "mine")
    shown = json.loads(person.run("list", "--json", VOICE_SKILL_MODEL=str(mine)).stdout)
    assert shown["in_use"] == {"name": "mine", "folder": str(mine), "origin": "VOICE_SKILL_MODEL"}
    assert [row["name"] for row in shown["models"] if row["in_use"]] == ["mine"]


def test_list_goes_on_when_the_model_wanted_is_broken(person: Person) -> None:
    done = person.run("list", "--json", VOICE_SKILL_MODEL="nothing-like-it")
    assert done.returncode == 1
    assert done.stderr.startswith("voice-skill: VOICE_SKILL_MODEL: no model and no folder is called 'nothing-like-it'")
    shown = json.loads(done.stdout)
    assert shown["in_use"] is None
    assert [row["name"] for row in shown["models"]] == [STARTER, LGRAPH, MODEL]


def test_list_tells_of_a_model_passed_over(person: Person) -> None:
    done = person.run("list", VOSK_MODEL_PATH="/nowhere")
    assert done.returncode == 0
    assert done.stderr == "voice-skill: VOSK_MODEL_PATH: passed over: no English speech model in /nowhere\n"


def test_fetch_list_use_remove(person: Person, site: Site) -> None:
    flags = person.knows(ZIP, site.put(ZIP))
    done = person.run(*flags, "fetch")
    assert (done.returncode, done.stdout) == (0, f"{person.fetched / MODEL}\n")
    assert done.stderr == (
        f"voice-skill: fetching {MODEL} (1.5 MB) from {site.url}/{MODEL}.zip\n"
        f"voice-skill: {MODEL} is in use from now on\n"
    )
    row = person.listed()[MODEL]
    assert (row["in_use"], row["origin"], row["folder"]) == (True, "fetched", str(person.fetched / MODEL))

    again = person.run(*flags, "fetch", MODEL)
    assert (again.returncode, again.stdout) == (0, f"{person.fetched / MODEL}\n")
    assert "is there already" in again.stderr
    assert len(site.ranges) == 1

    gone = person.run("remove", MODEL, "--yes")
    assert (gone.returncode, gone.stdout, gone.stderr) == (0, "", f"voice-skill: removed {MODEL}\n")
    assert person.listed()[STARTER]["in_use"] is True
    assert [path.name for path in person.fetched.iterdir()] == [".lock"]


def test_fetch_says_when_another_model_stays_in_use(person: Person, site: Site) -> None:
    write_model(person.fetched / LGRAPH)
    done = person.run(*person.knows(ZIP, site.put(ZIP)), "fetch")
    assert done.stderr.endswith(f"{LGRAPH} stays in use (fetched); for the new one give --model {MODEL}\n")


@pytest.mark.parametrize("tail", ["", "/", f"/{MODEL}.zip"], ids=["folder", "slash", "zip"])
def test_fetch_from_a_mirror(person: Person, site: Site, tail: str) -> None:
    site.put(ZIP)
    done = person.run(*person.knows(ZIP, "https://makers.example/x.zip"), "fetch", "--url", site.url + tail)
    assert done.returncode == 0, done.stderr
    assert person.listed()[MODEL]["in_use"] is True


def test_fetch_from_a_mirror_with_another_zip_is_refused(person: Person, site: Site) -> None:
    site.put(ZIP)
    done = person.run("fetch", "--url", site.url)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"{len(ZIP)} bytes instead of 41205931" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["fetch", "vosk-model-small-en-us-0.51"], 2, f"did you mean {MODEL}?"),
        (["fetch", "nothing-like-it"], 2, "see: voice-skill models list"),
        (["fetch", STARTER], 2, "comes with the program"),
        (["fetch", "--url", "ftp://x/y.zip"], 2, "not an address"),
        (["add", "missing.zip"], 1, "missing.zip: cannot be read: No such file or directory"),
        (["add", "."], 1, "cannot be read: Is a directory"),
        (["add", "manifest.toml"], 1, "a damaged zip, or none"),
        (["remove", "missing", "--yes"], 1, "not among the fetched models"),
        (["remove", "../models", "--yes"], 1, "not among the fetched models"),
        (["remove", STARTER, "--yes"], 2, "comes with the program and stays"),
        (["--manifest", "missing.toml", "list"], 1, "missing.toml: the file is missing"),
        (["--manifest", "manifest.toml", "list"], 1, "manifest.toml:1: not TOML"),
    ],
)
def test_mistake_is_one_line(person: Person, arguments: list[str], code: int, says: str) -> None:
    person.manifest.write_text("hello there\n")
    done = person.run(*arguments)
    assert (done.returncode, done.stdout) == (code, "")
    line = done.stderr.splitlines()[-1]
    assert line.startswith("voice-skill: ")
    assert says in line
    assert "Traceback" not in done.stderr


def test_server_error_is_one_line_and_nothing_is_left(person: Person, site: Site) -> None:
    site.scripted.append(status(404))
    done = person.run(*person.knows(ZIP, site.put(ZIP)), "fetch")
    assert (done.returncode, done.stdout) == (1, "")
    assert "the server answers 404 Not Found" in done.stderr.splitlines()[-1]
    assert [path.name for path in person.fetched.iterdir()] == [".lock"]


def test_add_a_known_model(person: Person) -> None:
    (person.home / "given.zip").write_bytes(ZIP)
    done = person.run(*person.knows(ZIP, "https://makers.example/x.zip"), "add", "given.zip")
    assert (done.returncode, done.stdout) == (0, f"{person.fetched / MODEL}\n")
    assert done.stderr == f"voice-skill: {MODEL} is in use from now on\n"


def test_add_a_model_nobody_knows(person: Person) -> None:
    (person.home / "given.zip").write_bytes(zipped(MODEL_FILES, "mine"))
    done = person.run("add", "given.zip")
    assert (done.returncode, done.stdout) == (0, f"{person.fetched / 'mine'}\n")
    assert done.stderr == (
        "voice-skill: mine is not a known model: where it comes from was not verified\n"
        f"voice-skill: {STARTER} stays in use (starter); for the new one give --model mine\n"
    )
    row = person.listed()["mine"]
    assert (row["origin"], row["licence"], row["in_use"]) == ("fetched", None, False)
    assert person.listed(VOICE_SKILL_MODEL="mine")["mine"]["in_use"] is True


def test_add_a_known_name_with_another_content_is_refused(person: Person) -> None:
    (person.home / "given.zip").write_bytes(ZIP)
    done = person.run("add", "given.zip")
    assert (done.returncode, done.stdout) == (1, "")
    assert "its SHA-256 is another one" in done.stderr


def slow(handler: Handler) -> None:
    """Half the file, and then nothing until the client goes away."""
    handler.begin(200, len(handler.data))
    handler.wfile.write(handler.data[: len(ZIP) // 2])
    handler.wfile.flush()
    handler.connection.recv(1)


def stopped(person: Person, flags: list[str | Path], sign: signal.Signals) -> tuple[int, str]:
    """Status and talk of a fetch that is stopped as soon as half of it has come."""
    command = [*PROGRAM, *flags, "fetch"]
    part = person.fetched / f".{MODEL}.zip.part"
    with subprocess.Popen(command, env=person.environment(), stderr=subprocess.PIPE, text=True) as process:
        while not (part.exists() and part.stat().st_size > len(ZIP) // 3):
            assert process.poll() is None, process.communicate()
            time.sleep(0.01)
        process.send_signal(sign)
        _, talk = process.communicate()
        return process.returncode, talk


def test_stopped_from_the_keyboard_and_taken_up_again(person: Person, site: Site) -> None:
    site.scripted.append(slow)
    flags = person.knows(ZIP, site.put(ZIP))
    code, talk = stopped(person, flags, signal.SIGINT)
    had = (person.fetched / f".{MODEL}.zip.part").stat().st_size
    percent = 100 * had // len(ZIP)
    assert code == 130
    assert talk.splitlines()[-1] == f"Stopped at {percent} %. Run the same command again to go on."
    assert 30 < percent <= 50

    shown = person.run(*flags, "list").stdout
    assert f"\t{MODEL}\t{percent} % fetched\t" in shown
    assert person.run(*flags, "fetch").returncode == 0
    assert site.ranges == [None, f"bytes={had}-"]
    assert person.listed()[MODEL]["in_use"] is True


def test_killed_and_taken_up_again(person: Person, site: Site) -> None:
    site.scripted.append(slow)
    flags = person.knows(ZIP, site.put(ZIP))
    code, talk = stopped(person, flags, signal.SIGTERM)
    assert code == -signal.SIGTERM
    assert "Traceback" not in talk
    assert person.listed()[STARTER]["in_use"] is True
    assert person.run(*flags, "fetch").returncode == 0


def test_part_of_a_stopped_fetch_can_be_removed(person: Person, site: Site) -> None:
    site.scripted.append(slow)
    flags = person.knows(ZIP, site.put(ZIP))
    stopped(person, flags, signal.SIGINT)
    assert person.run("remove", MODEL, "--yes").returncode == 0
    assert [path.name for path in person.fetched.iterdir()] == [".lock"]


def test_two_at_once(person: Person, site: Site) -> None:
    going = threading.Event()
    finish = threading.Event()

    def held(handler: Handler) -> None:
        handler.begin(200, len(handler.data))
        going.set()
        finish.wait(60)
        handler.wfile.write(handler.data)

    answer: Answer = held
    site.scripted.append(answer)
    flags = person.knows(ZIP, site.put(ZIP))
    with subprocess.Popen([*PROGRAM, *flags, "fetch"], env=person.environment(), stderr=subprocess.DEVNULL) as first:
        assert going.wait(60)
        second = person.run(*flags, "fetch")
        finish.set()
        assert first.wait() == 0
    assert second.returncode == 1
    assert second.stderr.splitlines()[-1].startswith("voice-skill: another 'voice-skill models' command is at work")
    assert person.listed()[MODEL]["in_use"] is True


def on_terminal(person: Person, arguments: list[str | Path], typed: bytes = b"") -> tuple[int, str]:
    """Status and screen of a command at a terminal of 80 columns."""
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "r+b", buffering=0) as screen:
        environment = person.environment(TERM="xterm", NO_COLOR="1")
        command = [*PROGRAM, *arguments]
        with subprocess.Popen(command, env=environment, stdin=theirs, stdout=theirs, stderr=theirs) as process:
            os.close(theirs)
            screen.write(typed)
            shown = b""
            while piece := read(screen):
                shown += piece
        return process.returncode, shown.decode()


def read(screen: io.FileIO) -> bytes:
    """What the terminal shows next; a closed one reads as an error on Linux."""
    try:
        return screen.read(4096)
    except OSError:
        return b""


def test_list_on_a_terminal_fits_80_columns(person: Person) -> None:
    code, screen = on_terminal(person, ["list"])
    lines = screen.replace("\x1b[", "").splitlines()
    assert code == 0
    assert any(STARTER in line and "in use" in line for line in lines)
    assert any(LGRAPH in line and "not fetched" in line for line in lines)
    assert "In use: " in screen


def test_fetch_on_a_terminal_shows_a_bar(person: Person, site: Site) -> None:
    code, screen = on_terminal(person, [*person.knows(ZIP, site.put(ZIP)), "fetch"])
    assert code == 0
    assert "fetching" in screen
    assert "━" in screen
    assert f"{MODEL} is in use from now on" in screen


@pytest.mark.parametrize(("typed", "stays"), [(b"y\n", False), (b"n\n", True), (b"\n", True)], ids=["y", "n", "enter"])
def test_remove_asks_at_a_terminal(person: Person, typed: bytes, stays: bool) -> None:
    write_model(person.fetched / MODEL)
    _, screen = on_terminal(person, ["remove", MODEL], typed)
    assert f"Delete {person.fetched / MODEL}?" in screen.replace("\r\n", "")
    assert (person.fetched / MODEL).exists() is stays


def test_remove_without_a_terminal_wants_yes(person: Person) -> None:
    write_model(person.fetched / MODEL)
    done = person.run("remove", MODEL)
    assert (done.returncode, done.stdout) == (2, "")
    assert "add --yes" in done.stderr
    assert (person.fetched / MODEL).exists()
