"""A microphone and a loudspeaker without hardware: a private PulseAudio that PortAudio plays to and records from.

A test asks for the fixture ``virtual_audio``::

    def test_it(virtual_audio: VirtualAudio) -> None:
        with virtual_audio.recording() as loudspeaker:
            virtual_audio.speak(samples, 16_000)      # into the microphone, in real time
        loudspeaker.samples                           # what came out meanwhile

The process of the test sees the two devices while the test runs; programs it starts see them too.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

PACKAGES = "pulseaudio pulseaudio-utils libasound2-plugins libportaudio2"
HEARD_RATE = 16_000
"""Hertz at which the loudspeaker is recorded."""
AUDIBLE = 100
"""Of 32,767: what is louder is no silence."""

Samples = NDArray[np.int16]


class Recorded:
    """What comes out of the loudspeaker, as it comes: mono, ``HEARD_RATE``."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self.blocks: list[bytes] = []
        self.arrived: list[float] = []
        self._thread = threading.Thread(target=self._read, name="monitor", daemon=True)
        self._thread.start()

    def _read(self) -> None:
        assert self._process.stdout
        while block := os.read(self._process.stdout.fileno(), 4096):
            self.arrived.append(time.monotonic())
            self.blocks.append(block)

    @property
    def running(self) -> bool:
        """Whether the first block has come."""
        return bool(self.blocks)

    @property
    def samples(self) -> Samples:
        """Everything so far."""
        data = b"".join(self.blocks)
        return np.frombuffer(data[: len(data) // 2 * 2], np.int16)

    @property
    def audible(self) -> Samples:
        """From the first sample that is no silence to the last."""
        loud = np.flatnonzero(np.abs(self.samples.astype(np.int32)) > AUDIBLE)
        return self.samples[loud[0] : loud[-1] + 1] if len(loud) else self.samples[:0]

    def moments(self) -> list[tuple[float, bool]]:
        """``time.monotonic()`` of each block's arrival, and whether it holds sound."""
        blocks = [np.frombuffer(block[: len(block) // 2 * 2], np.int16) for block in self.blocks]
        loud = [bool(np.any(np.abs(block.astype(np.int32)) > AUDIBLE)) for block in blocks]
        return list(zip(self.arrived, loud, strict=False))

    def close(self) -> None:
        """Record no more; what was recorded stays."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(10)
        self._thread.join(10)
        assert self._process.stdout
        self._process.stdout.close()


class VirtualAudio:
    """The server. ``environ`` makes any program use it."""

    def __init__(self) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="virtual-audio-"))  # short: a socket's path has 107 bytes
        (self._home / "asound.conf").write_text("pcm.!default pulse\nctl.!default pulse\n")
        self.environ: Mapping[str, str] = {
            "PULSE_SERVER": f"unix:{self._home}/socket",
            "PULSE_COOKIE": f"{self._home}/cookie",
            "PULSE_RUNTIME_PATH": str(self._home),
            "XDG_RUNTIME_DIR": str(self._home),
            "ALSA_CONFIG_PATH": f"/usr/share/alsa/alsa.conf:{self._home}/asound.conf",
        }
        command = [
            "pulseaudio",
            "-n",
            "--daemonize=no",
            "--use-pid-file=no",
            "--exit-idle-time=-1",
            "--log-level=error",
        ]
        command += ["-L", f"module-native-protocol-unix socket={self._home}/socket auth-anonymous=1"]
        environ = {**os.environ, **self.environ, "HOME": str(self._home)}
        self._server = subprocess.Popen(command, env=environ, stderr=subprocess.DEVNULL)
        self._modules: dict[str, str] = {}
        self._listeners: dict[str, subprocess.Popen[bytes]] = {}
        self._wait_until_up()
        self.plug("mic")
        self.plug("speaker")

    def _wait_until_up(self) -> None:
        for _ in range(200):
            with contextlib.suppress(subprocess.CalledProcessError):
                self._pactl("info")
                return
            if self._server.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError("pulseaudio did not start")

    def _pactl(self, *arguments: str) -> str:
        environ = {**os.environ, **self.environ}
        done = subprocess.run(["pactl", *arguments], env=environ, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def plug(self, name: str) -> None:
        """Plug in ``mic`` or ``speaker``, and make it the default."""
        if name in self._modules:
            return
        about = f"sink_properties=device.description={name}"
        self._modules[name] = self._pactl("load-module", "module-null-sink", f"sink_name={name}", about)
        if name == "mic":
            self._pactl("set-default-source", "mic.monitor")
        else:
            self._pactl("set-default-sink", name)
        # A null sink works in steps of up to two seconds, unless somebody listens more closely.
        self._listeners[name] = self._listen(f"{name}.monitor", subprocess.DEVNULL)

    def _listen(self, source: str, stdout: int) -> subprocess.Popen[bytes]:
        command = ["parec", f"--device={source}", "--raw", "--format=s16le", f"--rate={HEARD_RATE}", "--channels=1"]
        environ = {**os.environ, **self.environ}
        return subprocess.Popen([*command, "--latency-msec=10"], env=environ, stdout=stdout, stderr=subprocess.DEVNULL)

    def unplug(self, name: str) -> None:
        """Take ``mic`` or ``speaker`` away; whoever uses it finds out."""
        if name in self._modules:
            self._pactl("unload-module", self._modules.pop(name))
            listener = self._listeners.pop(name)
            listener.terminate()
            listener.wait(10)

    @contextlib.contextmanager
    def recording(self, device: str = "speaker.monitor") -> Iterator[Recorded]:
        """Record what the loudspeaker plays while the block runs."""
        process = self._listen(device, subprocess.PIPE)
        recorded = Recorded(process)
        try:
            while not recorded.running and process.poll() is None:
                time.sleep(0.01)
            yield recorded
            time.sleep(0.3)  # what is still on its way
        finally:
            recorded.close()

    def speak(self, samples: Samples, rate: int, wait: bool = True) -> threading.Thread:
        """Someone speaks into the microphone, in real time. Without ``wait`` the call returns at once."""
        command = ["pacat", "--device=mic", "--raw", "--format=s16le", f"--rate={rate}", "--channels=1"]
        environ = {**os.environ, **self.environ}

        def run() -> None:
            subprocess.run([*command, "--latency-msec=50"], env=environ, input=samples.tobytes(), check=False)

        speaker = threading.Thread(target=run, name="speaker at the microphone", daemon=True)
        speaker.start()
        if wait:
            speaker.join()
        return speaker

    def close(self) -> None:
        """End the server and remove its folder."""
        for name in ("mic", "speaker"):
            self.unplug(name)
        self._server.send_signal(signal.SIGTERM)
        self._server.wait(10)
        shutil.rmtree(self._home, ignore_errors=True)


def _look_again() -> None:
    """PortAudio knows only the devices that were there when it was loaded."""
    if sound := sys.modules.get("sounddevice"):
        sound._terminate()
        sound._initialize()


@pytest.fixture(scope="session")
def virtual_server() -> Iterator[VirtualAudio]:
    if not shutil.which("pulseaudio") or not shutil.which("parec"):
        if os.environ.get("CI"):
            pytest.fail("pulseaudio is missing; .ci/run installs it")
        pytest.skip(f"needs a virtual loudspeaker: sudo apt install {PACKAGES}")
    server = VirtualAudio()
    yield server
    server.close()


@pytest.fixture
def virtual_audio(virtual_server: VirtualAudio) -> Iterator[VirtualAudio]:
    """Both devices plugged in, and this process using them, while the test runs."""
    virtual_server.plug("mic")
    virtual_server.plug("speaker")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in virtual_server.environ.items():
            patch.setenv(name, value)
        _look_again()
        yield virtual_server
    _look_again()
