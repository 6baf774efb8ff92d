"""At idle nothing is written: a card wears out by writing."""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from limited import MEMORY, small_machine
from listening import Listening
from make import Espeak
from room import Room

SECONDS = 10
PATIENCE = 60
"""Seconds within which a program that is alive asks something of the system."""
CHANGES = "renameat,renameat2,rename,unlink,unlinkat,mkdir,mkdirat,creat,truncate,ftruncate,fsync,fdatasync"
CALLS = f"write,writev,pwrite64,pwritev,openat,{CHANGES}"
TO_A_FILE = re.compile(r"\bp?writev?(?:64)?\(\d+<(/(?!dev/|proc/|memfd:)[^>]*)>")
"""Pipes, sockets and event counters have no path."""
OPENED = re.compile(r"\bopenat\(.*\bO_(?:WRONLY|RDWR|CREAT|TRUNC)\b")
CHANGED = re.compile(rf"\b(?:{CHANGES.replace(',', '|')})\(")


def written(trace: str) -> list[str]:
    """The calls by which something came into a file, or a folder changed."""
    return [line for line in trace.splitlines() if any(map(re.search, (TO_A_FILE, OPENED, CHANGED), [line] * 3))]


@pytest.fixture(scope="module")
def strace() -> str:
    if found := shutil.which("strace"):
        return found
    if os.environ.get("CI"):
        pytest.fail("strace is missing; .ci/run installs it")
    pytest.skip("needs strace: sudo apt install strace")


def seen(trace: Path) -> bool:
    """Whether a first call has been noted."""
    return trace.exists() and trace.stat().st_size > 0


def traced(strace: str, process: int, seconds: float, tmp_path: Path) -> str:
    """What all threads of it asked of the system."""
    trace = tmp_path / "trace"
    command = [strace, "-f", "-y", "-p", str(process), "-e", f"trace={CALLS}", "-o", str(trace)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as running:
        until = time.monotonic() + PATIENCE
        while running.poll() is None and not seen(trace) and time.monotonic() < until:
            time.sleep(0.1)  # a busy machine takes a while to attach
        time.sleep(seconds)
        attached = running.poll() is None
        running.terminate()
    if not attached and not os.environ.get("CI"):
        pytest.skip("strace may not look at another program here")
    assert attached
    return trace.read_text()


def test_what_is_written_is_seen(strace: str, tmp_path: Path) -> None:
    program = "while true; do echo x > file; sleep 0.2; done"
    with subprocess.Popen(["/bin/sh", "-c", program], cwd=tmp_path) as writer:
        try:
            found = written(traced(strace, writer.pid, 1, tmp_path))
        finally:
            writer.terminate()
    assert any("O_WRONLY" in line for line in found)
    assert any(f"<{tmp_path / 'file'}>" in line for line in found)


def test_nothing_is_written_at_idle_on_a_small_machine(strace: str, room: Room, espeak: Espeak, tmp_path: Path) -> None:
    with small_machine() as group:
        skill = Listening(room, espeak, "--rate", "400", begin=group.begin)
        try:
            skill.state("sleeping")
            time.sleep(1)
            trace = traced(strace, skill.process.pid, SECONDS, tmp_path)
        finally:
            skill.end()
        assert not group.limited or group.peak() < MEMORY / 2
    assert "write(" in trace  # its threads wake each other: it was alive, and seen
    assert written(trace) == []
