"""Ctrl-C, when it may come."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def held() -> Iterator[None]:
    """Let an interrupt wait until the end of the block, which imports libraries.

    In the middle of an import it would be lost, leave half a library, or leave the lock of all imports held, for which
    other threads would wait for ever.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
