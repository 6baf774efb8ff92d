"""Ctrl-C while the program starts."""

import os
import signal
import subprocess
import sys
import threading

import pytest

from voice_skill.cli.interrupts import held


def test_an_interrupt_waits_until_what_must_not_be_broken_off_is_done() -> None:
    done = []
    with pytest.raises(KeyboardInterrupt), held():
        signal.pthread_kill(threading.get_ident(), signal.SIGINT)
        done.append("the import")
    assert done == ["the import"]


def interrupted() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGINT)


def test_an_interrupt_before_all_is_loaded_ends_it_without_a_traceback() -> None:
    command = [sys.executable, "-m", "voice_skill", "ask", "--no-speech", "--text", "is upper back pain serious"]
    done = subprocess.run(command, capture_output=True, check=False, preexec_fn=interrupted)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")
