"""A room with a microphone and a loudspeaker that are unplugged apart.

One sound server would move a recording from a lost microphone to the loudspeaker's monitor, as it would to the next
microphone on a desk; with a server each, an unplugged device is really gone.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from virtual_audio import Recorded, Samples, VirtualAudio, _look_again

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
