"""The unit as systemd reads it, and what systemctl and loginctl are asked: programs of those names note it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_skill.errors import ServiceError
from voice_skill.service import unit

Done = subprocess.CompletedProcess[str]
Run = Callable[..., Done]

SYSTEMCTL = """#!/bin/sh
echo "$(basename "$0") $*" >> "$NOTES"
case "$*" in
    --version) echo "systemd 252 (252.38-1)" ;;
    *show-environment) [ -z "$NO_SESSION" ] || { echo "Failed to connect to bus" >&2; exit 1; } ;;
    show-user*) echo "Linger=${LINGER:-no}" ;;
    *show*) printf 'ActiveState=%s\\nSubState=running\\nNRestarts=2\\nMemoryCurrent=104857600\\n' "$ACTIVE" ;;
    enable-linger*) [ -z "$NO_LINGER" ] || { echo "Access denied" >&2; exit 1; } ;;
esac
"""


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """``voice-skill service`` with a home and a systemd of its own."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("systemctl", "loginctl"):
        (programs / name).write_text(SYSTEMCTL)
        (programs / name).chmod(0o755)

    def run(*arguments: str, **environ: str) -> Done:
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("VOICE_SKILL", "XDG", "SUDO"))}
        own = {"HOME": str(tmp_path), "NOTES": str(tmp_path / "notes"), "PATH": f"{programs}:/usr/bin:/bin"}
        command = [sys.executable, "-m", "voice_skill", "service", *arguments]
        return subprocess.run(command, env={**kept, **own, **environ}, capture_output=True, text=True, check=False)

    return run


def written(home: Path) -> Path:
    return home / ".config/systemd/user/voice-skill.service"


def notes(home: Path) -> list[str]:
    asked = (home / "notes").read_text().splitlines() if (home / "notes").exists() else []
    return [line for line in asked if "--version" not in line and "show-environment" not in line]


def verified(text: str, folder: Path) -> Done:
    """What ``systemd-analyze`` makes of a unit."""
    if not shutil.which("systemd-analyze"):
        if os.environ.get("CI"):
            pytest.fail("systemd-analyze is missing; .ci/run installs it")
        pytest.skip("needs systemd-analyze: sudo apt install systemd")
    path = folder / "voice-skill.service"
    path.write_text(text)
    environ = {**os.environ, "XDG_RUNTIME_DIR": str(folder)}
    command = ["systemd-analyze", "verify", "--user", str(path)]
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False)


SETTINGS: Mapping[str, str] = {"VOICE_SKILL_WAKE": 'hey "back" $coach 50%h \\', "VOICE_SKILL_PLACE": "GB", "HOME": "/x"}


@pytest.mark.parametrize("arguments", [(), ("--wake", "hey back coach"), ("--wake", 'a "$b" 5%u \\')])
def test_systemd_has_nothing_to_say_about_the_unit(arguments: tuple[str, ...], tmp_path: Path) -> None:
    done = verified(unit(arguments, SETTINGS, 252), tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_systemd_would_have_said_what_is_wrong(tmp_path: Path) -> None:
    assert "MemoryMost" in verified(unit().replace("MemoryMax", "MemoryMost"), tmp_path).stderr


def test_waits_longer_after_each_failure_where_systemd_can() -> None:
    assert "RestartSteps=" in unit(systemd=254)
    assert "RestartSteps=" not in unit(systemd=252)
    assert "RestartSec=10" in unit(systemd=252)


@pytest.mark.parametrize(
    "line",
    [
        "Type=exec",
        "Restart=on-failure",
        "StartLimitIntervalSec=0",
        "RestrictAddressFamilies=AF_UNIX",
        "IPAddressDeny=any",
        "PrivateUsers=yes",
        "ProtectSystem=strict",
        "ProtectHome=read-only",
        "NoNewPrivileges=yes",
        "WantedBy=default.target",
    ],
)
def test_is_hardened_and_comes_back(line: str) -> None:
    assert line in unit().splitlines()


def test_nothing_heard_reaches_the_journal() -> None:
    assert "listen --quiet" in unit()
    with pytest.raises(ServiceError, match="keep-audio"):
        unit(["--keep-audio", "/tmp/heard"])


def test_settings_of_the_shell_go_along_and_nothing_else_does() -> None:
    text = unit((), SETTINGS)
    assert 'Environment="VOICE_SKILL_WAKE=hey \\"back\\" $coach 50%%h \\\\"' in text.splitlines()
    assert "Environment=VOICE_SKILL_PLACE=GB" in text.splitlines()
    assert "HOME" not in text


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=20))
def test_a_word_never_ends_its_line_or_names_a_variable(word: str) -> None:
    if not word.isprintable():
        return
    line = next(line for line in unit([word]).splitlines() if line.startswith("ExecStart="))
    assert "$" not in line.replace("$$", "")
    assert "%" not in line.replace("%%", "")
    assert line.replace("\\\\", "").replace('\\"', "").count('"') in {0, 2}


@pytest.mark.parametrize("word", ["a\nExecStartPre=/bin/true", "a\x00b", "\r"])
def test_a_line_break_is_refused(word: str) -> None:
    with pytest.raises(ServiceError):
        unit([word])


def test_dry_run_prints_the_unit_and_changes_nothing(run: Run, tmp_path: Path) -> None:
    options = ["--light", "17", "--gpio", "4"]
    done = run("install", "--dry-run", *options, VOICE_SKILL_PLACE="GB")
    assert done.returncode == 0
    assert done.stdout == unit(options, {"VOICE_SKILL_PLACE": "GB"}, 252)
    assert "listen --quiet --light 17 --gpio 4\n" in done.stdout
    assert not (tmp_path / ".config").exists()
    assert notes(tmp_path) == []


def test_install_says_what_it_did(run: Run, tmp_path: Path) -> None:
    done = run("install", "--always")
    assert (done.returncode, done.stdout) == (0, "")
    assert str(written(tmp_path)) in done.stderr
    assert "starts with the machine" in done.stderr
    assert "listen --quiet --always\n" in written(tmp_path).read_text()
    asked = [line.removeprefix("systemctl --user ") for line in notes(tmp_path)]
    assert asked[:3] == ["daemon-reload", "enable voice-skill.service", "restart voice-skill.service"]
    assert asked[4].startswith("loginctl enable-linger ")


def test_without_leave_to_linger_it_names_the_command(run: Run) -> None:
    done = run("install", NO_LINGER="1")
    assert done.returncode == 0
    assert "sudo loginctl enable-linger" in done.stderr


def test_who_lingers_already_is_not_sent_for_root(run: Run, tmp_path: Path) -> None:
    """It was told to run sudo, since asking again was refused."""
    done = run("install", NO_LINGER="1", LINGER="yes")
    assert "it starts with the machine" in done.stderr
    assert not any("enable-linger" in line for line in notes(tmp_path))


@pytest.mark.parametrize(("active", "status"), [("active", 0), ("failed", 1)])
def test_status(run: Run, active: str, status: int) -> None:
    assert run("status").returncode == 1
    run("install")
    done = run("status", ACTIVE=active)
    assert (done.returncode, done.stderr) == (status, "")
    assert done.stdout.startswith(f"{active} (running), 2 restarts, 100 MB")
    assert ("journalctl" in done.stdout) == bool(status)


def test_remove_leaves_nothing_behind(run: Run, tmp_path: Path) -> None:
    assert "nothing to remove" in run("remove").stderr
    run("install")
    assert run("remove", "--dry-run").returncode == 0
    assert written(tmp_path).exists()
    assert run("remove").returncode == 0
    assert list(written(tmp_path).parent.iterdir()) == []
    assert "systemctl --user disable --now voice-skill.service" in notes(tmp_path)


@pytest.mark.parametrize(
    ("what", "environ", "says"),
    [
        ("install", {"PATH": "/nonexistent"}, "no systemd"),
        ("install", {"NO_SESSION": "1"}, "no session of yours"),
        ("status", {"NO_SESSION": "1"}, "no session of yours"),
        ("remove", {"SUDO_USER": "pi"}, "without sudo"),
    ],
)
def test_where_there_is_no_systemd_one_line_says_so(run: Run, what: str, environ: dict[str, str], says: str) -> None:
    done = run(what, **environ)
    assert (done.returncode, done.stdout) == (1, "")
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_options_that_listen_does_not_take_are_refused_at_once(run: Run, tmp_path: Path) -> None:
    done = run("install", "--alwys")
    assert done.returncode == 2
    assert "--alwys" in done.stderr
    assert not written(tmp_path).exists()


def test_a_home_that_cannot_be_written_is_told_in_a_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / ".config").write_text("a file")
    done = run("install")
    assert done.returncode == 1
    assert "cannot be written" in done.stderr
    assert len(done.stderr.splitlines()) == 1
