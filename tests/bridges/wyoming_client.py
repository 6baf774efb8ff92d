"""What a client of the Wyoming protocol does, by its own library."""

import wave
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncClient
from wyoming.event import Event
from wyoming.tts import Synthesize

SECONDS = 20.0
"""Longest wait for an event, before a test fails."""


def client(uri: str) -> AsyncClient:
    """A client to use with ``async with``."""
    return AsyncClient.from_uri(uri, SECONDS, SECONDS)


async def until(talk: AsyncClient, *types: str) -> list[Event]:
    """The events up to the first of one of ``types``, or to the end of the connection."""
    events: list[Event] = []
    while event := await talk.read_event():
        events.append(event)
        if event.type in types:
            break
    return events


async def ask(talk: AsyncClient, text: str, conversation: str | None = None) -> Event:
    """``handled`` or ``not-handled``."""
    context = {"conversation_id": conversation} if conversation else None
    await talk.write_event(Transcript(text, context, "en").event())
    events = await until(talk, "handled-stop", "not-handled")
    return next(event for event in events if event.type in ("handled", "not-handled"))


async def transcribe(talk: AsyncClient, chunks: Iterable[AudioChunk]) -> list[Event]:
    """The events that a stream of sound is answered with."""
    await talk.write_event(Transcribe(language="en").event())
    started = False
    for chunk in chunks:
        if not started:
            await talk.write_event(AudioStart(chunk.rate, chunk.width, chunk.channels).event())
            started = True
        await talk.write_event(chunk.event())
    await talk.write_event(AudioStop().event())
    return await until(talk, "transcript-stop")


def transcript(events: list[Event]) -> str:
    """The words of ``transcribe``'s events."""
    return next(str(event.data["text"]) for event in events if event.type == "transcript")


async def speak(talk: AsyncClient, text: str, **more: Any) -> list[Event]:
    """The events that a text to be spoken is answered with."""
    await talk.write_event(Synthesize(text, **more).event())
    return await until(talk, "audio-stop")


def write_wav(events: list[Event], path: Path) -> None:
    """What ``speak`` was answered with, as a file."""
    start = next(event for event in events if event.type == "audio-start")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(start.data["channels"])
        file.setsampwidth(start.data["width"])
        file.setframerate(start.data["rate"])
        file.writeframes(b"".join(event.payload or b"" for event in events))


ENCODED: dict[int, Callable[[Any], bytes]] = {
    1: lambda samples: ((samples * 127) + 128).astype(np.uint8).tobytes(),
    2: lambda samples: (samples * 32_767).astype("<i2").tobytes(),
    3: lambda samples: (samples * 8_388_607).astype("<i4").view(np.uint8).reshape(-1, 4)[:, :3].tobytes(),
    4: lambda samples: (samples * 2_147_483_000).astype("<i4").tobytes(),
}
"""Samples from -1 to 1 as raw sound, by bytes a sample."""


def chunks(path: Path, rate: int = 16_000, width: int = 2, channels: int = 1, size: int = 2_048) -> list[AudioChunk]:
    """A recording as another device would send it, ``size`` bytes at a time."""
    samples, recorded = soundfile.read(path, dtype="float64")
    if rate != recorded:
        samples = soxr.resample(samples, recorded, rate)
    sound = ENCODED[width](np.repeat(np.clip(samples, -1, 1), channels))
    return [AudioChunk(rate, width, channels, sound[at : at + size]) for at in range(0, len(sound), size)]
