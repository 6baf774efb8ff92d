"""Microphones and loudspeakers of this machine: the one place that knows sounddevice (PortAudio)."""

import contextlib
import ctypes
import os
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from voice_skill.errors import AudioDeviceError

Kind = Literal["input", "output"]

NAMES: dict[Kind, str] = {"input": "microphone", "output": "loudspeaker"}

_LOCK = threading.RLock()
"""PortAudio is opened and searched by one thread at a time."""

_OPEN: set[int] = set()
"""Streams that are open: PortAudio must not look for devices anew under them."""

_SAY_NOTHING = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p)(
    lambda *_: None
)
"""ALSA tells of every absent card and late block on stderr; nobody can act on them."""


@dataclass(frozen=True, slots=True)
class Device:
    """A sound device as PortAudio lists it."""

    number: int
    name: str
    inputs: int
    """Channels it records; 0 for a loudspeaker."""
    outputs: int
    """Channels it plays; 0 for a microphone."""
    rate: int
    """Its own sample rate, hertz."""

    def does(self, kind: Kind) -> bool:
        """Whether it can be used so."""
        return (self.inputs if kind == "input" else self.outputs) > 0


@cache
def library() -> Any:
    """The module ``sounddevice``; ``AudioDeviceError`` when PortAudio is not there."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libasound.so.2").snd_lib_error_set_handler(_SAY_NOTHING)
    try:
        with quiet_stderr():
            import sounddevice
    except OSError as error:
        raise AudioDeviceError("PortAudio is missing. Run: sudo apt install libportaudio2") from error
    return sounddevice


def devices() -> list[Device]:
    """Every device there is; ``AudioDeviceError`` when PortAudio is missing or does not answer."""
    sound = library()
    try:
        with quiet_stderr():
            return [_device(entry) for entry in sound.query_devices()]
    except sound.PortAudioError as error:
        raise AudioDeviceError("the sound system does not answer. Is the sound server running?") from error


def choose(wanted: str | None, kind: Kind) -> Device:
    """The device whose number or part of whose name is ``wanted``, or the system's own choice.

    ``AudioDeviceError`` names those there are.
    """
    usable = [device for device in devices() if device.does(kind)]
    if not usable:
        raise AudioDeviceError(f"no {NAMES[kind]} was found. Plug one in, then run: voice-skill devices")
    if wanted is None:
        return _default(usable, kind)
    for fits in (
        lambda device: str(device.number) == wanted,
        lambda device: device.name.lower() == wanted.lower(),
        lambda device: wanted.lower() in device.name.lower(),
    ):
        for device in usable:
            if fits(device):
                return device
    known = "; ".join(f"{device.number} {device.name}" for device in usable)
    raise AudioDeviceError(f"no {NAMES[kind]} {wanted!r} was found. There are: {known}")


def open_stream(kind: Kind, wanted: str | None, rate: int, **options: Any) -> Any:
    """A PortAudio stream of one channel of 16-bit samples, started; end it with ``close_stream``.

    It runs at ``rate`` hertz, or at the device's own rate when it does not take that: ``stream.samplerate`` tells.
    ``options`` go to ``sounddevice`` (``callback``, ``blocksize``, ``latency``). ``AudioDeviceError`` says what is
    missing.
    """
    sound = library()
    make = sound.InputStream if kind == "input" else sound.OutputStream
    with _LOCK, quiet_stderr():
        device = choose(wanted, kind)
        for tried in dict.fromkeys((rate, device.rate)):
            with contextlib.suppress(sound.PortAudioError):
                stream = make(samplerate=tried, channels=1, dtype="int16", device=device.number, **options)
                _OPEN.add(id(stream))
                return _started(stream)
    raise AudioDeviceError(f"the {NAMES[kind]} {device.name!r} could not be opened. Is another program using it?")


def _started(stream: Any) -> Any:
    try:
        stream.start()
    except library().PortAudioError:
        close_stream(stream)
        raise
    return stream


def close_stream(stream: Any) -> None:
    """End a stream at once, whatever became of its device."""
    with _LOCK, quiet_stderr():
        with contextlib.suppress(library().PortAudioError):
            stream.abort()
        with contextlib.suppress(library().PortAudioError):
            stream.close()
        _OPEN.discard(id(stream))


def look_again() -> bool:
    """Let PortAudio find devices that were plugged in since; impossible while a stream is open."""
    sound = library()
    with _LOCK, quiet_stderr():
        if _OPEN:
            return False
        # PortAudio keeps the list it made when it began, and has no other way to make a new one.
        sound._terminate()
        sound._initialize()
        return True


def _device(entry: dict[str, Any]) -> Device:
    return Device(
        number=int(entry["index"]),
        name=str(entry["name"]),
        inputs=int(entry["max_input_channels"]),
        outputs=int(entry["max_output_channels"]),
        rate=int(entry["default_samplerate"]),
    )


def _default(usable: list[Device], kind: Kind) -> Device:
    number = library().default.device[0 if kind == "input" else 1]
    return next((device for device in usable if device.number == number), usable[0])


@contextlib.contextmanager
def quiet_stderr() -> Iterator[None]:
    """PortAudio and JACK write pages to descriptor 2 while they look for cards; nobody can act on them.

    The descriptor belongs to the whole process, so keep the time short.
    """
    with _LOCK:
        sys.stderr.flush()
        try:
            kept = os.dup(2)
        except OSError:
            yield
            return
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        os.close(nowhere)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
