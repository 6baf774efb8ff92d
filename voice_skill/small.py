"""Whether this machine is a small one, and what is spared on it: the ``small`` profile."""

import os
import stat
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from voice_skill.hear.lighter import lighter
from voice_skill.hear.models import FoundModel
from voice_skill.paths import APP, cache_folder
from voice_skill.settings import DEFAULT, Settings

LITTLE_MEMORY = 1200
"""Megabytes: a Raspberry Pi Zero 2 W has 512, and a Pi 3 1024, of which the system sees a part."""

FEW_CORES = 1
"""With two, one hears while the other speaks."""

CACHE_MB = 8
"""Megabytes of spoken answers kept in RAM: some 30 sentences, the greeting and the advice that is heard most."""

BLOCK = 1024
"""Samples a block from the microphone, 64 ms: half the wake-ups of 512, for 32 ms more until a "stop" is heard."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What a process may use of the computer that it runs on."""

    memory: int
    """Megabytes; the limit of its control group if that is lower."""
    cores: int

    @property
    def small(self) -> bool:
        """Whether the profile is for it."""
        return self.memory < LITTLE_MEMORY or self.cores <= FEW_CORES


@lru_cache
def this_machine(root: Path = Path("/")) -> Machine:
    """This process's own, as the files of Linux below ``root`` tell."""
    return Machine(min(_memory(root), *_limits(root)), len(os.sched_getaffinity(0)))


def is_small(now: Settings) -> bool:
    """Whether the small profile is in force."""
    return now.profile == "small" or (now.profile == "auto" and this_machine().small)


def profile(now: Settings) -> str:
    """Which profile is in force and why, in a few words."""
    machine = this_machine()
    name = "small" if is_small(now) else "full"
    cores = "1 core" if machine.cores == 1 else f"{machine.cores} cores"
    why = f"{machine.memory} MB of memory, {cores}"
    return f"{name} ({why})" if now.profile == "auto" else f"{name} (as set; {why})"


def light(found: FoundModel, now: Settings) -> FoundModel:
    """``found``, and on a small machine with a narrower search, if there is a place for its settings in RAM."""
    where = ram_folder() if is_small(now) else None
    return replace(found, folder=lighter(found.folder, where / "models")) if where else found


def speech_cache(now: Settings) -> tuple[Path | None, int]:
    """Where spoken answers are kept, and how many megabytes of them: in RAM on a small machine, to spare its card."""
    if not now.cache_mb:
        return None, 0
    if not is_small(now):
        return cache_folder() / "speech", now.cache_mb
    where = ram_folder()
    megabytes = CACHE_MB if now.sources.get("cache_mb", DEFAULT) == DEFAULT else now.cache_mb
    return where / "speech" if where else None, megabytes


def ram_folder() -> Path | None:
    """A folder of our own that is no card or disk; ``None`` when there is none, or somebody else's is in its place."""
    session = os.environ.get("XDG_RUNTIME_DIR", "")
    where = Path(session) / APP if session else Path(f"/dev/shm/{APP}-{os.geteuid()}")  # noqa: S108 - checked below
    try:
        where.mkdir(mode=0o700, exist_ok=True)
        about = where.lstat()
    except OSError:
        return None
    ours = stat.S_ISDIR(about.st_mode) and about.st_uid == os.geteuid() and not about.st_mode & 0o022
    return where if ours and os.access(where, os.W_OK) else None


def _memory(root: Path) -> int:
    try:
        lines = (root / "proc/meminfo").read_text().splitlines()
        return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("MemTotal:"))
    except (OSError, StopIteration, ValueError, IndexError):
        return LITTLE_MEMORY  # not known to be little


def _limits(root: Path) -> list[int]:
    """Megabytes that each control group above the process allows, in both versions of control groups."""
    try:
        groups = [line.split(":", 2) for line in (root / "proc/self/cgroup").read_text().splitlines()]
    except OSError:
        return [_memory(root)]
    found = [_memory(root)]
    for _, controllers, path in (group for group in groups if len(group) == 3):
        if controllers not in {"", "memory"} and "memory" not in controllers.split(","):
            continue
        top = root / "sys/fs/cgroup" / ("memory" if controllers else "")
        name = "memory.limit_in_bytes" if controllers else "memory.max"
        group = Path(path.lstrip("/"))
        found += [limit for each in (group, *group.parents) if (limit := _limit(top / each / name)) is not None]
    return found


def _limit(path: Path) -> int | None:
    try:
        return int(path.read_text()) >> 20
    except (OSError, ValueError):  # not there, or "max"
        return None
