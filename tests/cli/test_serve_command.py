"""``voice-skill serve`` as Home Assistant's host runs it: over tcp, a unix socket and standard streams."""

import asyncio
import re
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from wyoming.client import AsyncClient
from wyoming.event import Event, read_event, write_event

SERVE = [sys.executable, "-m", "voice_skill", "serve"]
QUESTION = Event("transcript", {"text": "i have chest pain"})


@contextmanager
def serving(uri: str, *more: str) -> Iterator[str]:
    """What the server said when it was ready."""
    with subprocess.Popen([*SERVE, "--uri", uri, *more], stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr
        said = running.stderr.readline()
        try:
            yield said
        finally:
            running.send_signal(signal.SIGTERM)
        assert running.wait(20) == 0


def asked(uri: str) -> str:
    async def talk() -> str:
        async with AsyncClient.from_uri(uri, 20, 20) as server:
            await server.write_event(QUESTION)
            while event := await server.read_event():
                if event.type == "handled":
                    return str(event.data["text"])
        raise AssertionError("no answer")

    return asyncio.run(talk())


def test_tcp_on_loopback() -> None:
    with serving("tcp://127.0.0.1:0", "--place", "GB", "--no-asr", "--no-tts") as said:
        assert "programs on this machine only" in said
        found = re.search(r"tcp://\S+", said)
        assert found
        assert "nine nine nine" in asked(found[0])


def test_an_open_address_is_told() -> None:
    with serving("tcp://0.0.0.0:0", "--no-asr", "--no-tts") as said:
        assert "ANYONE in your network" in said


def test_unix_socket_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "skill.sock"
    for _ in range(2):
        with serving(f"unix://{path}", "--no-asr", "--no-tts"):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            assert "Chest pain" in asked(f"unix://{path}")
        assert not path.exists()


def test_standard_streams() -> None:
    with subprocess.Popen(
        [*SERVE, "--uri", "stdio://"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdin and running.stdout and running.stderr
        for event in (Event("ping"), Event("synthesize", {"text": "Hello."}), QUESTION):
            write_event(event, running.stdin)
        running.stdin.flush()
        kinds: list[str] = []
        while not kinds or kinds[-1] != "handled-stop":
            event = read_event(running.stdout)
            assert event
            kinds.append(event.type)
        running.stdin.close()
        assert running.wait(20) == 0
        assert kinds[:2] == ["pong", "audio-start"]
        assert set(kinds[2:]) >= {"audio-chunk", "audio-stop", "handled-start", "handled"}
        assert running.stdout.read() == b"", "standard output carries events only"
        assert b"Traceback" not in running.stderr.read()


@pytest.mark.parametrize(
    ("uri", "says"),
    [
        ("tcp://127.0.0.1", "is no address"),
        ("tcp://127.0.0.1:99999", "is no address"),
        ("tcp://[::", "is no address"),
        ("http://127.0.0.1:80", "is no address"),
        ("", "is no address"),
        ("unix://", "is no address"),
        ("unix:///no/such/folder/skill.sock", "cannot listen there"),
        ("tcp://192.0.2.1:10400", "cannot listen there"),
    ],
)
def test_addresses_that_cannot_be_used(uri: str, says: str) -> None:
    done = subprocess.run([*SERVE, "--uri", uri, "--no-asr", "--no-tts"], capture_output=True, text=True, check=False)
    assert done.returncode in (1, 2)
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_address_that_is_taken(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        uri = f"tcp://127.0.0.1:{other.getsockname()[1]}"
        done = subprocess.run([*SERVE, "--uri", uri, "--no-asr", "--no-tts"], capture_output=True, check=False)
        assert (done.returncode, done.stderr.count(b"\n")) == (1, 1)
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(tmp_path / "live.sock"))
        other.listen()
        (tmp_path / "notes.txt").write_text("mine")
        for name, says in (("live.sock", "is in use"), ("notes.txt", "is a file")):
            uri = f"unix://{tmp_path / name}"
            done = subprocess.run([*SERVE, "--uri", uri, "--no-asr", "--no-tts"], capture_output=True, check=False)
            assert done.returncode == 1
            assert says in done.stderr.decode()
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_nothing_to_serve_is_wrong_usage() -> None:
    command = [*SERVE, "--no-handle", "--no-asr", "--no-tts"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 2
