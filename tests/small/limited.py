"""A machine with one core and 512 MB, as far as a control group makes one."""

import contextlib
import os
import resource
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

MEMORY = 512
"""Megabytes."""

V1 = Path("/sys/fs/cgroup/memory")


class Group:
    """Programs started with ``begin`` as ``preexec_fn`` share one core and ``MEMORY`` megabytes.

    Where no control group can be made, they share one core, and only the peak is told.
    """

    def __init__(self) -> None:
        self._folder: Path | None = V1 / f"small-{uuid.uuid4().hex[:8]}"
        try:
            self._folder.mkdir()
            (self._folder / "memory.limit_in_bytes").write_text(str(MEMORY << 20))
        except OSError:
            self._folder = None

    @property
    def limited(self) -> bool:
        """Whether more memory is really refused."""
        return self._folder is not None

    def begin(self) -> None:
        """In the program that starts."""
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        if self._folder:
            (self._folder / "cgroup.procs").write_text(str(os.getpid()))

    def peak(self) -> int:
        """Megabytes in use at most so far, files in the cache included."""
        if self._folder:
            return int((self._folder / "memory.max_usage_in_bytes").read_text()) >> 20
        return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10

    def close(self) -> None:
        """All programs in it have ended."""
        if self._folder:
            with contextlib.suppress(OSError):
                self._folder.rmdir()


@contextlib.contextmanager
def small_machine() -> Iterator[Group]:
    """For the length of the block."""
    group = Group()
    try:
        yield group
    finally:
        group.close()


def voice_skill(*arguments: str | Path, begin: Callable[[], None], **environ: str) -> subprocess.CompletedProcess[str]:
    """Run it to its end."""
    command = [sys.executable, "-m", "voice_skill", *map(str, arguments)]
    whole: Mapping[str, str] = {**os.environ, **environ}
    return subprocess.run(command, env=whole, preexec_fn=begin, capture_output=True, text=True, check=False)
