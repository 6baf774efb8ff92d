"""Starting with the machine: a systemd unit of the user's own, without root and without the network."""

import contextlib
import getpass
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from voice_skill.errors import ServiceError
from voice_skill.paths import APP

UNIT = f"{APP}.service"

STEPPED_RESTART = 254
"""The first systemd that can wait longer after each failure; Debian 12 has 252."""

SECONDS = 30.0
"""That systemd may take to answer."""

SETTINGS = re.compile(r"VOICE_SKILL_[A-Z_]+|VOSK_MODEL_PATH")
"""Variables that the service gets as they are where it is installed."""

UNSAFE = re.compile(r"[^A-Za-z0-9_./:=@,+-]")
"""Characters for which a word of a unit is put in quotes."""

TEMPLATE = """\
# Written by: voice-skill service install
[Unit]
Description=Answers questions about upper back pain by voice
After=pipewire.service pipewire-pulse.service wireplumber.service pulseaudio.service
# A microphone may be plugged in a day later: it never gives up.
StartLimitIntervalSec=0

[Service]
# Started means that it runs: a fault of the settings below is told at once.
Type=exec
ExecStart={command}
{environment}
Restart=on-failure
# Wrong usage does not get better by itself.
RestartPreventExitStatus=2
{restart}
MemoryMax=80%
TasksMax=64
UMask=0077

# No network. The second line works without root as well.
IPAddressDeny=any
RestrictAddressFamilies=AF_UNIX

# It writes nowhere but into its cache and a folder in RAM. Sound servers are reached by their sockets in %t.
PrivateUsers=yes
ProtectSystem=strict
ProtectHome=read-only
CacheDirectory={app}
RuntimeDirectory={app}
WorkingDirectory=-%t/{app}
PrivateTmp=yes

NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectHostname=yes
RestrictNamespaces=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM

[Install]
WantedBy=default.target
"""


@dataclass(frozen=True, slots=True)
class State:
    """How the service is."""

    installed: bool
    running: bool
    says: str
    """In one line."""


def unit(arguments: Sequence[str] = (), environ: Mapping[str, str] | None = None, systemd: int = 0) -> str:
    """The text of the unit. ``arguments`` go to ``voice-skill listen``; settings among ``environ`` go along.

    ``systemd`` is its version; 0 for any. ``ServiceError`` when recordings were to be kept: it cannot write them.
    """
    if any(argument.startswith("--keep-audio") for argument in arguments):
        raise ServiceError("--keep-audio: the service writes nothing that it hears. Use: voice-skill listen")
    command = [sys.executable, "-P", "-m", "voice_skill", "listen", "--quiet", *arguments]
    variables = {"PYTHONDONTWRITEBYTECODE": "1"}
    variables |= {name: value for name, value in (environ or {}).items() if SETTINGS.fullmatch(name) and value}
    lines = [f"Environment={_quoted(f'{name}={value}')}" for name, value in sorted(variables.items())]
    # lgpio, which moves the pins, puts a pipe into the folder of this name.
    lines.append(f"Environment=LG_WD=%t/{APP}")
    stepped = "RestartSec=2\nRestartSteps=8\nRestartMaxDelaySec=300"
    return TEMPLATE.format(
        app=APP,
        command=" ".join(_quoted(word, dollars=True) for word in command),
        environment="\n".join(lines),
        restart=stepped if systemd >= STEPPED_RESTART else "RestartSec=10",
    )


def unit_file(environ: Mapping[str, str] | None = None) -> Path:
    """Where it is written."""
    environ = os.environ if environ is None else environ
    config = environ.get("XDG_CONFIG_HOME", "")
    return (Path(config) if config else Path.home() / ".config") / "systemd/user" / UNIT


def systemd_version() -> int:
    """Of the systemd that is installed; ``ServiceError`` without one."""
    found = re.match(r"systemd (\d+)", _run("systemctl", "--version"))
    return int(found[1]) if found else 0


def install(arguments: Sequence[str]) -> Iterator[str]:
    """Write the unit, start it now and at every start of the machine; says what was done, as it is done."""
    text = unit(arguments, os.environ, _reachable())
    path = unit_file()
    with _told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    yield f"wrote {path}"
    _run("systemctl", "--user", "daemon-reload")
    _run("systemctl", "--user", "enable", UNIT)
    _run("systemctl", "--user", "restart", UNIT)
    yield "started it, and it will be started again after a failure"
    user = getpass.getuser()
    if _lingers(user):
        yield "it starts with the machine, before anybody logs in"
    else:
        yield f"it starts when you log in. To start with the machine, run: sudo loginctl enable-linger {user}"


def status() -> State:
    """``ServiceError`` when systemd cannot be asked."""
    _reachable()
    if not unit_file().exists():
        return State(False, False, "not installed. Run: voice-skill service install")
    names = ("ActiveState", "SubState", "NRestarts", "MemoryCurrent")
    shown = _run("systemctl", "--user", "show", UNIT, f"--property={','.join(names)}")
    found = dict(line.split("=", 1) for line in shown.splitlines() if "=" in line)
    running = found.get("ActiveState") == "active"
    says = [f"{found.get('ActiveState', 'unknown')} ({found.get('SubState', 'unknown')})"]
    if (restarts := found.get("NRestarts", "0")) != "0":
        says.append(f"{restarts} restarts")
    if (memory := found.get("MemoryCurrent", "")).isdigit() and int(memory) < 1 << 40:
        says.append(f"{int(memory) >> 20} MB")
    cure = "" if running else f". See why: journalctl --user -u {UNIT} -n 20"
    return State(True, running, ", ".join(says) + cure)


def remove() -> Iterator[str]:
    """Stop it for good; says what was done."""
    _reachable()
    path = unit_file()
    if not path.exists():
        yield "not installed: nothing to remove"
        return
    _run("systemctl", "--user", "disable", "--now", UNIT)
    with _told(path):
        path.unlink()
    _run("systemctl", "--user", "daemon-reload")
    yield f"stopped it and removed {path}"
    yield "lingering was left on, as other services may need it. To end it, run: loginctl disable-linger"


def _reachable() -> int:
    """Version of the systemd that runs the user's services."""
    if os.environ.get("SUDO_USER"):
        raise ServiceError("the service is your own, not root's. Run it again without sudo")
    version = systemd_version()
    try:
        _run("systemctl", "--user", "show-environment")
    except ServiceError as error:
        raise ServiceError(
            "systemd has no session of yours here. Log in on the machine itself or by ssh, or start it by hand: "
            "voice-skill listen"
        ) from error
    return version


def _lingers(user: str) -> bool:
    """Whether the user's services start with the machine, from now on if they did not."""
    try:
        if _run("loginctl", "show-user", user, "--property=Linger").strip() == "Linger=yes":
            return True
        _run("loginctl", "enable-linger", user)
    except ServiceError:  # only root may
        return False
    return True


def _run(*command: str) -> str:
    """Standard output; the first line of its complaint when it fails."""
    program = shutil.which(command[0])
    if program is None:
        raise ServiceError(f"{command[0]} is missing: this machine has no systemd. Start it by: voice-skill listen")
    try:
        done = subprocess.run(  # noqa: S603 - fixed commands
            [program, *command[1:]], capture_output=True, text=True, check=True, timeout=SECONDS
        )
    except subprocess.CalledProcessError as error:
        says = error.stderr.strip().splitlines() or [f"exit status {error.returncode}"]
        raise ServiceError(f"{' '.join(command)}: {says[0]}") from error
    except (OSError, subprocess.SubprocessError) as error:
        raise ServiceError(f"{' '.join(command)}: cannot be run: {type(error).__name__}") from error
    return done.stdout


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ServiceError(f"{path}: cannot be written: {error.strerror}") from error


def _quoted(word: str, dollars: bool = False) -> str:
    """A word of a unit, as ``systemd.syntax`` and ``systemd.service`` want it."""
    if not word.isprintable():
        raise ServiceError(f"{word!r}: a service takes no line breaks")
    safe = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    if dollars:
        safe = safe.replace("$", "$$")
    return f'"{safe}"' if UNSAFE.search(word) or not word else safe
