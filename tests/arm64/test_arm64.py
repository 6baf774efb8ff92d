"""The skill on a 64-bit Raspberry Pi's processor, emulated: it hears and answers there what it does here.

Only whether it is right shows here. How quick a Pi is does not.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

RECORDINGS = Path(__file__).parents[1] / "recordings"
ROOT = os.environ.get("VOICE_SKILL_ARM64_ROOT", "")

pytestmark = [
    pytest.mark.skipif(
        not ROOT, reason="needs tests/arm64/build_root.sh, and VOICE_SKILL_ARM64_ROOT to name its folder"
    ),
    pytest.mark.timeout(1800),
]


def command(*arguments: str | Path, home: Path = Path("/nonexistent")) -> list[str]:
    """Of Python on the emulated processor, with the skill installed."""
    root = Path(ROOT)
    variables = f"PYTHONPATH={root / 'opt/voice-skill'},HOME={home}"
    words = ["qemu-aarch64-static", "-L", root, "-E", variables, root / "usr/bin/python3.11", *arguments]
    return list(map(str, words))


def python(*arguments: str | Path, home: Path = Path("/nonexistent")) -> subprocess.CompletedProcess[str]:
    """Python on the emulated processor, run to its end."""
    return subprocess.run(command(*arguments, home=home), capture_output=True, text=True, check=False, cwd=ROOT)


def emulated(*arguments: str | Path, home: Path) -> subprocess.CompletedProcess[str]:
    """``voice-skill`` with ``arguments`` on the emulated processor."""
    return python("-m", "voice_skill", *arguments, home=home)


def here(*arguments: str | Path, home: Path) -> subprocess.CompletedProcess[str]:
    """The same on this machine's own processor."""
    words = [sys.executable, "-m", "voice_skill", *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, check=False, env={**os.environ, "HOME": str(home)})


def answers(done: subprocess.CompletedProcess[str]) -> dict[str, Mapping[str, Any]]:
    """What was heard and said to each recording."""
    assert "Traceback" not in done.stderr
    kept = ("transcript", "entry", "level", "reply", "error")
    rows = map(json.loads, done.stdout.splitlines())
    return {Path(row["file"]).name: {key: row.get(key) for key in kept} for row in rows}


@pytest.fixture(scope="module", autouse=True)
def content_check(tmp_path_factory: pytest.TempPathFactory) -> Iterator["subprocess.Popen[str]"]:
    """``content check`` on the emulated processor, which works while the recordings are heard."""
    words = command("-m", "voice_skill", "content", "check", home=tmp_path_factory.mktemp("home"))
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT) as running:
        yield running
        running.kill()


def test_it_is_another_processor() -> None:
    assert python("-c", "import platform; print(platform.machine())").stdout == "aarch64\n"


def test_recordings_are_heard_and_answered_as_here(tmp_path: Path) -> None:
    files = sorted(path for path in RECORDINGS.glob("*.wav") if not path.name.startswith(("oov_", "noise", "silence")))
    arguments = ["ask", "--json", "--no-speech", *files]
    expected = answers(here(*arguments, home=tmp_path / "here"))
    assert len(expected) == len(files) >= 18
    assert sum(bool(answer["entry"]) for answer in expected.values()) == 12
    assert answers(emulated(*arguments, home=tmp_path / "there")) == expected


def test_the_voice_makes_sound() -> None:
    """espeak-ng itself, called directly: the thread that it starts for pyttsx3 never ends under this emulation."""
    code = (
        f"import sys; sys.path.insert(0, {str(RECORDINGS)!r}); from make import Library; "
        "print(len(Library().say('is walking good for upper back pain', 'en-us', 155)))"
    )
    samples = int(python("-c", code).stdout)
    assert 1.5 < samples / 16_000 < 4


def test_the_content_has_no_faults(content_check: "subprocess.Popen[str]") -> None:
    says, _ = content_check.communicate()
    assert content_check.returncode == 0, says
