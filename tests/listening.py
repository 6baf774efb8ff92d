"""``voice-skill listen`` in a process of its own, and a person who talks to it in real time."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from make import Espeak
from room import Room

Event = dict[str, Any]
LONG = 40.0
"""Seconds after which what has not happened will not: the machine may be busy."""


class Listening:
    """``voice-skill listen`` in a process of its own."""

    def __init__(
        self,
        room: Room,
        espeak: Espeak,
        *options: str,
        begin: Callable[[], None] | None = None,
        **settings: str,
    ) -> None:
        """``begin`` is run in the process before the program is."""
        self._espeak = espeak
        self.room = room
        self.seen: list[Event] = []
        self._events: queue.Queue[Event] = queue.Queue()
        environ = {**os.environ, **room.environ, "VOICE_SKILL_PLACE": "GB", **settings}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "voice_skill", "listen", "--events", *options],
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            preexec_fn=begin,  # noqa: PLW1509 - it takes no lock
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._events.put(json.loads(line))

    def until(self, wanted: Callable[[Event], bool], seconds: float = LONG) -> Event:
        """The next event that is wanted."""
        end = time.monotonic() + seconds
        while True:
            try:
                event = self._events.get(timeout=max(0.01, end - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"it did not happen; seen: {self.seen[-6:]}") from None
            self.seen.append(event)
            if wanted(event):
                return event

    def state(self, name: str) -> Event:
        """The next event of that state."""
        return self.until(lambda event: bool(event["state"] == name))

    def nothing_but(self, state: str, seconds: float) -> None:
        """For so long no event of another state comes."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            try:
                event = self._events.get(timeout=left)
            except queue.Empty:
                return
            assert event["state"] == state, event

    def say(self, words: str, voice: str = "gmw/en-US", rate: int = 150) -> None:
        """A person says it, in real time."""
        quiet = np.zeros(3200, np.int16)
        self.room.say(np.concatenate([quiet, self._espeak.say(words, voice, rate), quiet]))

    def end(self, how: int = signal.SIGTERM) -> float:
        """Seconds until it had ended."""
        began = time.monotonic()
        if self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(20)
        took = time.monotonic() - began
        self._reader.join(10)
        for stream in (self.process.stdin, self.process.stdout):
            assert stream
            stream.close()
        return took
