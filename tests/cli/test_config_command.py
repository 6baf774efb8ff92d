import io
import json
import os
import pty
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from voice_skill import settings

COMMAND = [sys.executable, "-m", "voice_skill", "config"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home of its own, with a config.toml of one line."""
    folder = tmp_path / "xdg" / "voice-skill"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text("# mine\nplace = 'uk'\n", encoding="utf-8")
    return tmp_path


def environment(home: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("VOICE_SKILL_", "XDG_"))}
    return {**kept, "HOME": str(home), "XDG_CONFIG_HOME": str(home / "xdg"), **more}


def run(home: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], env=environment(home, **more), capture_output=True, text=True, check=False
    )


def test_json_tells_value_and_source_of_each(home: Path) -> None:
    done = run(home, "--json", VOICE_SKILL_RATE="170")
    shown = json.loads(done.stdout)
    path = home / "xdg" / "voice-skill" / "config.toml"
    assert (done.returncode, done.stderr) == (0, "")
    assert (shown["file"], shown["exists"]) == (str(path), True)
    assert shown["settings"].keys() == settings.SETTINGS.keys()
    assert shown["settings"]["place"] == {"value": "GB", "source": f"{path}:2"}
    assert shown["settings"]["rate"] == {"value": 170, "source": "VOICE_SKILL_RATE"}
    assert shown["settings"]["voice"] == {"value": None, "source": "default"}


def test_plain_output_is_a_config_toml_that_means_the_same(home: Path) -> None:
    done = run(home, VOICE_SKILL_VOICE="en-gb\\x\"'é", VOICE_SKILL_SPEECH="off")
    written = home / "again.toml"
    written.write_text(done.stdout, encoding="utf-8")
    again = settings.load(environ={}, file=written)
    assert (again.place, again.voice, again.speech, again.rate) == ("GB", "en-gb\\x\"'é", False, 155)
    assert tomllib.loads(done.stdout).keys() <= settings.SETTINGS.keys()


def test_unknown_variable_is_told_on_stderr_alone(home: Path) -> None:
    done = run(home, "--json", VOICE_SKILL_PLACES="GB")
    assert done.returncode == 0
    assert done.stderr == (
        "voice-skill: VOICE_SKILL_PLACES is not a setting and was left alone; did you mean VOICE_SKILL_PLACE?\n"
    )
    json.loads(done.stdout)


def test_broken_file_is_one_line_and_wrong_usage(home: Path) -> None:
    path = home / "xdg" / "voice-skill" / "config.toml"
    path.write_text("rate = 150\nplace = GB\n", encoding="utf-8")
    done = run(home)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"voice-skill: {path}:2: not TOML: Invalid value\n"


def test_terminal_gets_a_table(home: Path) -> None:
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb", buffering=0) as screen:
        with subprocess.Popen(COMMAND, env=environment(home, COLUMNS="200", TERM="dumb"), stdout=theirs) as process:
            os.close(theirs)
            shown = b""
            while piece := _read(screen):
                shown += piece
        assert process.returncode == 0
    lines = [line.split() for line in shown.decode().splitlines()]
    assert ["setting", "value", "from", "what", "it", "is"] in lines
    assert any(line[:2] == ["place", '"GB"'] for line in lines)
    assert any(line[:3] == ["rate", "155", "default"] for line in lines)


def _read(screen: io.FileIO) -> bytes:
    """What the terminal shows next; a closed one reads as an error on Linux."""
    try:
        return screen.read(4096)
    except OSError:
        return b""
