"""Text to samples: the one place that knows pyttsx3 and espeak-ng."""

import contextlib
import ctypes
import ctypes.util
import hashlib
import io
import os
import queue
import tempfile
import threading
import time
import wave
from collections import OrderedDict
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voice_skill.errors import SynthesisError

TIMEOUT = 30.0
"""Seconds one sentence may take; 2 s of speech take about 20 ms."""

SETTLES = 3.0
"""Seconds given to a file to be whole after the engine said so; a few milliseconds are usual."""

SHORTEST = 0.05
"""Seconds; less than this is no spoken sentence."""

REMEMBERED = 64
"""Sentences kept in memory: about 15 MB."""

MEGABYTE = 2**20


@dataclass(frozen=True)
class Speech:
    """Spoken sound."""

    samples: NDArray[np.int16]
    """Shape ``(n,)``, mono."""
    rate: int
    """Hertz."""

    @property
    def seconds(self) -> float:
        """Its length."""
        return len(self.samples) / self.rate


class Voice:
    """One espeak-ng voice. May be used from any thread; the engine lives in a thread of its own.

    ``rate`` is in words a minute, ``volume`` from 0 to 1, ``cache`` a folder for finished sentences of at most
    ``cache_mb`` megabytes, or ``None`` to keep nothing on disk.
    """

    def __init__(
        self,
        rate: int = 155,
        voice: str | None = None,
        volume: float = 1.0,
        cache: Path | None = None,
        cache_mb: int = 50,
    ) -> None:
        self._rate = rate
        self._name = voice
        self._volume = volume
        self._shelf = _Shelf(cache, cache_mb) if cache else None
        self._memory: OrderedDict[str, Speech] = OrderedDict()
        self._lock = threading.Lock()
        self._worker: _Worker | None = None

    def synthesise(self, text: str) -> Speech:
        """``text`` spoken; ``SynthesisError`` says what is missing."""
        key = hashlib.sha256(f"1|{self._name}|{self._rate}|{text}".encode()).hexdigest()
        with self._lock:
            speech = self._memory.get(key) or (self._shelf.get(key) if self._shelf else None)
            if speech is None:
                speech = self._fresh(text)
                if self._shelf:
                    self._shelf.put(key, speech)
            self._memory[key] = speech
            self._memory.move_to_end(key)
            if len(self._memory) > REMEMBERED:
                self._memory.popitem(last=False)
        return self._at_volume(speech)

    def _fresh(self, text: str) -> Speech:
        if self._worker is None:
            self._worker = _Worker(self._rate, self._name)
        return self._worker.speech(text)

    def _at_volume(self, speech: Speech) -> Speech:
        # Applied to the samples, not in the engine, so that a cached sentence serves every volume.
        if self._volume >= 1.0:
            return speech
        return Speech((speech.samples * self._volume).astype(np.int16), speech.rate)

    def close(self) -> None:
        """End the engine's thread."""
        if self._worker:
            self._worker.close()
            self._worker = None


class _Worker:
    """The engine and its thread: pyttsx3 wants one engine, one thread, one text at a time."""

    def __init__(self, rate: int, voice: str | None) -> None:
        self._jobs: queue.SimpleQueue[tuple[str, Future[Speech]] | None] = queue.SimpleQueue()
        self._ready: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, args=(rate, voice), name="voice", daemon=True)
        self._thread.start()
        self._ready.result(TIMEOUT)

    def speech(self, text: str) -> Speech:
        done: Future[Speech] = Future()
        self._jobs.put((text, done))
        try:
            return done.result(TIMEOUT + 1)
        except TimeoutError as error:
            raise SynthesisError("the voice did not answer. Try again, or use --no-speech") from error

    def close(self) -> None:
        self._jobs.put(None)
        self._thread.join(1.0)

    def _run(self, rate: int, voice: str | None) -> None:
        try:
            engine = _engine(rate, voice)
        except SynthesisError as error:
            self._ready.set_exception(error)
            return
        self._ready.set_result(None)
        with tempfile.TemporaryDirectory(prefix="voice-skill-") as folder:
            path = Path(folder) / "sentence.wav"
            while (job := self._jobs.get()) is not None:
                text, done = job
                try:
                    done.set_result(_spoken(engine, text, path))
                except Exception as error:  # a thread's error belongs to whoever waits
                    done.set_exception(error)


def _engine(rate: int, voice: str | None) -> Any:
    _load_library()
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            import pyttsx3

            engine = pyttsx3.init("espeak")
    except Exception as error:  # pyttsx3 raises whatever its driver does
        raise SynthesisError("there is no voice on this machine. Run: pip install espeakng-loader") from error
    engine.setProperty("rate", rate)
    if voice:
        engine.setProperty("voice", _voice_id(engine, voice))
    return engine


def _load_library() -> None:
    """Use the system's espeak-ng, or else the one that comes as a wheel, loaded before pyttsx3 looks for it."""
    if ctypes.util.find_library("espeak-ng"):
        return
    try:
        import espeakng_loader

        os.environ["ESPEAK_DATA_PATH"] = espeakng_loader.get_data_path()
        ctypes.CDLL(espeakng_loader.get_library_path(), mode=ctypes.RTLD_GLOBAL)
    except (ImportError, OSError, RuntimeError) as error:
        raise SynthesisError("espeak-ng is missing. Run: sudo apt install libespeak-ng1") from error


def _voice_id(engine: Any, wanted: str) -> str:
    """The engine's own name for a voice; an unknown one would be ignored without a word."""
    base, plus, variant = wanted.partition("+")
    ids = [str(voice.id) for voice in engine.getProperty("voices")]
    for known in ids:
        if base.lower() in (known.lower(), known.lower().rpartition("/")[2]):
            return known + plus + variant
    from difflib import get_close_matches

    near = get_close_matches(base.lower(), [known.rpartition("/")[2].lower() for known in ids], n=3, cutoff=0.3)
    raise SynthesisError(f"there is no voice {wanted!r}. Near it: {', '.join(near) or 'en-us, en-gb'}")


def _spoken(engine: Any, text: str, path: Path) -> Speech:
    """One text through the engine into ``path`` and back, waited for and checked."""
    finished = threading.Event()
    token = engine.connect("finished-utterance", lambda name, completed: finished.set())
    path.unlink(missing_ok=True)
    try:
        # pyttsx3 prints "Audio saved to ..." on stdout, where results belong.
        with contextlib.redirect_stdout(io.StringIO()):
            engine.save_to_file(text, str(path))
            engine.runAndWait()
            # runAndWait returns before the file is finished.
            if not finished.wait(TIMEOUT):
                raise SynthesisError("the voice did not finish. Try again, or use --no-speech")
    finally:
        engine.disconnect(token)
    return _finished(path)


def _finished(path: Path) -> Speech:
    """The speech in ``path`` once it grows no more: the engine tells that it finished before the file is whole."""
    deadline = time.monotonic() + SETTLES
    size = -1
    while time.monotonic() < deadline:
        before, size = size, path.stat().st_size if path.exists() else -1
        if size > 0 and size == before:
            with contextlib.suppress(SynthesisError):
                return _read(path)
        time.sleep(0.005)
    return _read(path)


def _read(path: Path) -> Speech:
    try:
        with wave.open(str(path)) as file:
            rate = file.getframerate()
            samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
    except (OSError, EOFError, wave.Error) as error:
        raise SynthesisError("the voice made no sound file. Try again, or use --no-speech") from error
    if len(samples) < SHORTEST * rate or not samples.any():
        raise SynthesisError("the voice made no sound. Try another --voice, or use --no-speech")
    return Speech(samples, rate)


class _Shelf:
    """Finished sentences on disk. Any failure here means making the sentence again, never an error."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        self._folder = folder
        self._limit = megabytes * MEGABYTE

    def get(self, key: str) -> Speech | None:
        path = self._folder / f"{key}.wav"
        if not path.is_file():
            return None
        try:
            speech = _read(path)
            path.touch()
        except (SynthesisError, OSError):
            return None
        return speech

    def put(self, key: str, speech: Speech) -> None:
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, part = tempfile.mkstemp(dir=self._folder, suffix=".part")
            with os.fdopen(handle, "wb") as stream:
                write_wav(stream, [speech])
            Path(part).replace(self._folder / f"{key}.wav")
            self._tidy()

    def _tidy(self) -> None:
        files = [(path.stat().st_mtime, path.stat().st_size, path) for path in self._folder.iterdir()]
        surplus = sum(size for _, size, _ in files) - self._limit
        for _, size, path in sorted(files):
            if surplus <= 0:
                return
            path.unlink(missing_ok=True)
            surplus -= size


def write_wav(stream: Any, speeches: list[Speech]) -> None:
    """Write speech of one rate to a binary stream."""
    with wave.open(stream, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(speeches[0].rate)
        for speech in speeches:
            file.writeframes(speech.samples.tobytes())
