"""pyttsx3 on espeak-ng, with its faults mended: the one place that knows either."""

import contextlib
import ctypes
import os
import threading
import time
import wave
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from voice_skill.errors import SynthesisError
from voice_skill.speak.speech import Speech

PATIENCE = 30.0
"""Seconds one piece of text may take; 2 s of speech take about 20 ms."""

TRIES = 2
"""A piece that came back damaged is made once more."""

SHORTEST = 0.05
"""Seconds; less than this is no spoken sentence."""

LONGEST_PATH = 100
"""Characters of a folder's name that espeak-ng surely takes: it cuts longer ones off somewhere."""

INSTEAD_OF_EXIT = 0x8000
"""Option of ``espeak_Initialize``: report a failure instead of ending the process."""

RATE = 1
"""Number of the parameter in espeak-ng's ``espeak_GetParameter``."""

MEND = "Run: pip install --force-reinstall espeakng-loader, or: sudo apt install espeak-ng"


class Espeak:
    """pyttsx3 on espeak-ng, used from one thread. A machine without it says so each time, at once."""

    def __init__(self) -> None:
        self._state: tuple[str, int] | None = None
        self._finished = threading.Event()
        self._fault: str | None = None
        try:
            self._start()
        except SynthesisError as error:
            self._fault = str(error)
        except Exception as error:  # pyttsx3 raises whatever its driver does
            self._fault = f"espeak-ng could not be started ({error}). {MEND}"

    def _start(self) -> None:
        data = _load_library()
        if data and not Path(data, "phontab").is_file():
            raise SynthesisError(f"espeak-ng could not be started: its data are not in {data}. {MEND}")
        import pyttsx3
        from pyttsx3.drivers import _espeak, espeak

        _mend(_espeak, espeak, data)
        self._library: Any = _espeak
        self._engine: Any = pyttsx3.init("espeak")
        self._engine.connect("finished-utterance", lambda name, completed: self._finished.set())
        # It begins busy, and what is set while it is busy is lost. An empty round ends that.
        self._engine.runAndWait()
        self._default = self._current()

    def speak(self, text: str, rate: int, voice: str | None) -> Speech:
        """As ``Engine.speak``."""
        if self._fault:
            raise SynthesisError(self._fault)
        for left in reversed(range(TRIES)):
            try:
                self._set(self._named(voice), rate)
                return self._spoken(text)
            except SynthesisError:
                raise
            except Exception as error:  # damaged, or whatever pyttsx3 raises
                self._state = None
                if not left:
                    raise SynthesisError(f"{error}. Try another --voice, or use --no-speech") from error
        raise AssertionError("the last try returns or raises")

    def _set(self, voice: str, rate: int) -> None:
        """Choose voice and rate, wait until espeak-ng has really taken them, and see that it has."""
        if self._state == (voice, rate):
            return
        self._wait()
        self._engine.setProperty("voice", voice)
        self._wait()
        self._engine.setProperty("rate", rate)
        self._wait()
        now = self._current(), self._library.dll.espeak_GetParameter(RATE, 1)
        if now != (voice.lower(), rate):
            raise _DamagedError(f"the voice did not change to {voice} at {rate} words a minute")
        self._state = voice, rate

    def _current(self) -> str:
        """Identifier of the voice in use, variant and all, in lower case."""
        return str(self._library.GetCurrentVoice().contents.identifier.decode()).lower()

    def _spoken(self, text: str) -> Speech:
        self._finished.clear()
        with _memory_file() as path:
            self._engine.save_to_file(text, path)
            self._engine.runAndWait()
            # runAndWait may return before the file is finished, and the file is finished before espeak-ng is.
            if not self._finished.wait(PATIENCE):
                raise _DamagedError("the voice did not finish")
            self._wait()
            return _read(path, text)

    def _wait(self) -> None:
        """Until espeak-ng has worked off everything: what is sent to it before may be dropped."""
        deadline = time.monotonic() + PATIENCE
        while self._library.IsPlaying():
            if time.monotonic() > deadline:
                raise _DamagedError("the voice did not finish")
            time.sleep(0.0005)

    @cached_property
    def _voices(self) -> dict[str, str]:
        """espeak-ng's identifiers by every name a voice goes by, in lower case."""
        listed = list(self._engine.getProperty("voices"))
        found: dict[str, str] = {}
        for voice in listed:
            found |= {str(voice.id): str(voice.id), str(voice.id).rpartition("/")[2]: str(voice.id)}
        for voice in listed:  # "en-gb" is the language of the voice "en"
            for name in (*voice.languages, voice.name):
                found.setdefault(str(name).lower(), str(voice.id))
        return found

    @cached_property
    def _variants(self) -> dict[str, str]:
        """Files of the variants, such as ``f3``, by their names in lower case."""
        wanted = self._library.VOICE(languages=b"variant")
        listed = self._library.ListVoices(ctypes.pointer(wanted))
        files = [voice.identifier.decode().removeprefix("!v/") for voice in listed]
        return {file.lower(): file for file in files}

    def _named(self, wanted: str | None) -> str:
        """The identifier of the voice ``wanted``; espeak-ng would ignore an unknown one without a word."""
        if wanted is None:
            return self._default
        base, plus, variant = wanted.strip().lower().replace("_", "-").partition("+")
        if base not in self._voices:
            names = [name for name in self._voices if "/" not in name]
            raise SynthesisError(f"there is no voice {wanted!r}. {_near(base, names, 'en-us, en-gb')}")
        if plus and variant not in self._variants:
            near = _near(variant, list(self._variants), "f1, f3, m1, m3")
            raise SynthesisError(f"there is no variant {variant!r} of the voice {base!r}. {near}")
        return self._voices[base] + plus + (self._variants[variant] if plus else "")


class _DamagedError(Exception):
    """What came back is no whole sentence; another try may give one."""


def _load_library() -> str | None:
    """Have espeak-ng in memory before pyttsx3 looks for it: the system's, or the one that comes as a wheel.

    Returns the folder of its data, or ``None`` when the library knows it.
    """
    with contextlib.suppress(OSError):
        ctypes.CDLL("libespeak-ng.so.1")
        return None
    try:
        import espeakng_loader

        ctypes.CDLL(espeakng_loader.get_library_path(), mode=ctypes.RTLD_GLOBAL)
        return str(espeakng_loader.get_data_path())
    except (ImportError, OSError, RuntimeError) as error:
        raise SynthesisError(f"there is no voice on this machine: espeak-ng is missing. {MEND}") from error


def _mend(library: Any, driver: Any, data: str | None) -> None:
    """Three faults of pyttsx3 2.99 that cannot be worked around from outside."""
    initialise, synthesise = library.Initialize, library.cSynth

    def initialise_or_fail(output: int, buffer: int) -> int:
        # Without the option, missing data ends the process. A rate of 0 means that there are none.
        path = _short(data).encode() if data else None
        return int(initialise(output, buffer, path, INSTEAD_OF_EXIT)) or -1

    def synthesise_all(text: bytes, flags: int) -> int:
        # pyttsx3 tells espeak-ng ten times the text's length, which then reads memory that is not its own.
        return int(synthesise(text, len(text) + 1, 0, library.POS_CHARACTER, 0, flags, None, None))

    library.Initialize = initialise_or_fail
    library.Synth = synthesise_all
    # "Audio saved to ..." would stand among the results on stdout.
    driver.print = _say_nothing


def _say_nothing(*_: object) -> None:
    """In place of ``print``."""


def _short(folder: str) -> str:
    """A name of ``folder`` that is short enough for espeak-ng."""
    if len(folder) <= LONGEST_PATH:
        return folder
    try:
        # Never closed: espeak-ng reads from it as long as the process lives.
        return f"/proc/self/fd/{os.open(folder, os.O_RDONLY | os.O_DIRECTORY)}"
    except OSError:
        return folder


@contextlib.contextmanager
def _memory_file() -> Iterator[str]:
    """Path of a file that lies in memory: no disk that could be full, slow or worn out."""
    handle = os.memfd_create("sentence", os.MFD_CLOEXEC)
    path = Path(f"/proc/self/fd/{handle}")
    try:
        if not path.exists():  # pyttsx3 would wait for ever
            raise _DamagedError("the voice needs /proc to hand over its sound")
        yield str(path)
    finally:
        os.close(handle)


def _read(path: str, text: str) -> Speech:
    try:
        with wave.open(path) as file:
            rate, count = file.getframerate(), file.getnframes()
            samples = np.frombuffer(file.readframes(count), np.int16)
    except (OSError, EOFError, wave.Error) as error:
        raise _DamagedError("the voice made no sound file") from error
    if len(samples) != count or count < SHORTEST * rate or not samples.any():
        raise _DamagedError("the voice made no sound")
    return Speech(samples, rate, text)


def _near(name: str, known: list[str], otherwise: str) -> str:
    near = get_close_matches(name, sorted(known), n=3, cutoff=0.3)
    return f"Near it: {', '.join(near) or otherwise}"
