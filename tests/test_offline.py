"""Nothing opens a socket, and nothing is written but the cache and what was asked for."""

import os
import subprocess
import sys
from pathlib import Path

RECORDINGS = Path(__file__).parent / "recordings"

NO_NETWORK = """
import socket, sys
def refuse(*args, **kwargs):
    raise AssertionError("a socket was opened")
socket.socket.connect = socket.socket.bind = socket.getaddrinfo = socket.create_connection = refuse
import builtins
from voice_skill.cli import main
sys.exit(main(sys.argv[1:]))
"""


def run(home: Path, *args: str) -> subprocess.CompletedProcess[str]:
    home.mkdir(exist_ok=True)
    environ = {
        **{key: value for key, value in os.environ.items() if not key.startswith(("XDG_", "VOICE_SKILL_"))},
        "HOME": str(home),
        "TMPDIR": str(home),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [sys.executable, "-c", NO_NETWORK, *args]
    return subprocess.run(command, capture_output=True, text=True, env=environ, cwd=home, check=False)


def test_asking_opens_no_socket_and_writes_only_cache_and_out(tmp_path: Path) -> None:
    home = tmp_path / "home"
    question = RECORDINGS / "is_upper_back_pain_serious.wav"
    done = run(home, "ask", str(question), "--out", "answer.wav")
    assert done.returncode == 0, done.stderr
    written = {path.relative_to(home).parts[0] for path in home.rglob("*") if path.is_file()}
    assert written <= {".cache", "answer.wav"}, written
    assert "answer.wav" in written


def test_without_cache_and_speech_nothing_is_written(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / ".config" / "voice-skill").mkdir(parents=True)
    (home / ".config" / "voice-skill" / "config.toml").write_text("cache_mb = 0\n", encoding="utf-8")
    done = run(home, "ask", str(RECORDINGS / "is_upper_back_pain_serious.wav"), "--no-speech")
    assert done.returncode == 0, done.stderr
    assert [path.name for path in home.rglob("*") if path.is_file()] == ["config.toml"]


def test_what_was_heard_is_not_in_the_cache(tmp_path: Path) -> None:
    home = tmp_path / "home"
    secret = "xylophone quarrel"
    assert run(home, "ask", "--no-speech", "--text", f"where did i leave my {secret}").returncode == 3
    written = [path for path in home.rglob("*") if path.is_file()]
    assert written
    for path in written:
        assert not any(word.encode() in path.read_bytes() for word in secret.split()), path


def test_the_guard_itself_works(tmp_path: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            NO_NETWORK.replace("from voice_skill.cli import main", "socket.create_connection(('127.0.0.1', 9))"),
        ],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert "a socket was opened" in done.stderr
