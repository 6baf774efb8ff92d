"""Push to talk: the space bar or Enter."""

import contextlib
import select
import sys
import threading
from collections.abc import Callable, Iterator

TICK = 0.2
"""Seconds between two looks at whether to end."""


@contextlib.contextmanager
def keyboard(press: Callable[[], None]) -> Iterator[None]:
    """Call ``press`` at each space or Enter on standard input while the block runs."""
    ended = threading.Event()
    with _single_keys():
        thread = threading.Thread(target=_read_keys, args=(press, ended), name="keyboard", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join(1.0)


def _read_keys(press: Callable[[], None], ended: threading.Event) -> None:
    while not ended.is_set():
        ready, _, _ = select.select([sys.stdin], [], [], TICK)
        if not ready:
            continue
        key = sys.stdin.read(1)
        if not key:
            return
        if key in " \n\r":
            press()


@contextlib.contextmanager
def _single_keys() -> Iterator[None]:
    """Keys come one by one and are not shown; Ctrl-C goes on to work."""
    if not sys.stdin.isatty():
        yield
        return
    import termios
    import tty

    before = termios.tcgetattr(sys.stdin)
    tty.setcbreak(sys.stdin)
    try:
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
