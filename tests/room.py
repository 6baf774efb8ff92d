"""A room with a microphone and a loudspeaker that are unplugged apart.

One sound server would move a recording from a lost microphone to the loudspeaker's monitor, as it would to the next
microphone on a desk; with a server each, an unplugged device is really gone.
"""

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from virtual_audio import HEARD_RATE, Recorded, Samples, VirtualAudio, _look_again

sys.path.insert(0, str(Path(__file__).parent / "recordings"))

from make import Espeak

ASOUND = """
pcm.speaker_side {{ type pulse server "{speaker}" }}
pcm.mic_side {{ type pulse server "{mic}" }}
"""


class Room:
    """Somebody speaks, something answers."""

    def __init__(self) -> None:
        self.mic_side = VirtualAudio()
        self.mic_side.unplug("speaker")
        self.speaker_side = VirtualAudio()
        self.speaker_side.unplug("mic")
        home = Path(self.mic_side.environ["XDG_RUNTIME_DIR"])
        servers = {"mic": self.mic_side, "speaker": self.speaker_side}
        text = ASOUND.format(**{name: server.environ["PULSE_SERVER"] for name, server in servers.items()})
        (home / "sides.conf").write_text(text)
        self.environ = {
            **self.mic_side.environ,
            "ALSA_CONFIG_PATH": f"/usr/share/alsa/alsa.conf:{home}/sides.conf",
            "VOICE_SKILL_INPUT_DEVICE": "mic_side",
            "VOICE_SKILL_OUTPUT_DEVICE": "speaker_side",
        }

    def say(self, samples: Samples, rate: int = 16_000, wait: bool = True) -> None:
        """Somebody speaks, in real time."""
        self.mic_side.speak(samples, rate, wait)

    @contextlib.contextmanager
    def recording(self) -> Iterator[Recorded]:
        """What the loudspeaker plays meanwhile."""
        with self.speaker_side.recording() as recorded:
            yield recorded

    @contextlib.contextmanager
    def echo(self, gain: float) -> Iterator[None]:
        """The microphone hears the loudspeaker, ``gain`` times as loud, some 100 ms later."""
        record = [
            "parec",
            "--device=speaker.monitor",
            "--raw",
            "--format=s16le",
            f"--rate={HEARD_RATE}",
            "--channels=1",
        ]
        play = ["pacat", "--device=mic", "--raw", "--format=s16le", f"--rate={HEARD_RATE}", "--channels=1"]
        with (
            subprocess.Popen(
                [*record, "--latency-msec=20"], env=self._programs(self.speaker_side), stdout=subprocess.PIPE
            ) as source,
            subprocess.Popen(
                [*play, "--latency-msec=40"], env=self._programs(self.mic_side), stdin=subprocess.PIPE
            ) as sink,
        ):
            thread = threading.Thread(target=_carry, args=(source, sink, gain), daemon=True)
            thread.start()
            try:
                yield
            finally:
                source.terminate()
                thread.join(10)

    @staticmethod
    def _programs(server: VirtualAudio) -> dict[str, str]:
        return {**os.environ, **server.environ}

    def close(self) -> None:
        """Both servers end."""
        self.mic_side.close()
        self.speaker_side.close()


@contextlib.contextmanager
def in_room(room: Room) -> Iterator[None]:
    """This process uses the devices of the room."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in room.environ.items():
            patch.setenv(name, value)
        _look_again()
        yield
    _look_again()


def _carry(source: "subprocess.Popen[bytes]", sink: "subprocess.Popen[bytes]", gain: float) -> None:
    assert source.stdout
    assert sink.stdin
    while data := source.stdout.read1(640):
        samples = np.frombuffer(data[: len(data) // 2 * 2], np.int16)
        sink.stdin.write((samples * gain).astype(np.int16).tobytes())
        sink.stdin.flush()
    sink.stdin.close()


@pytest.fixture(scope="session")
def espeak() -> Iterator[Espeak]:
    """Voices of people."""
    espeak = Espeak()
    yield espeak
    espeak.close()


@pytest.fixture(scope="session")
def whole_room(virtual_server: VirtualAudio) -> Iterator[Room]:
    """Made once: it skips, or fails in CI, when there is no sound server."""
    room = Room()
    yield room
    room.close()


@pytest.fixture
def room(whole_room: Room) -> Room:
    """With both devices plugged in."""
    whole_room.mic_side.plug("mic")
    whole_room.speaker_side.plug("speaker")
    return whole_room
