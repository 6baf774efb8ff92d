"""Clients that are broken, slow or hostile: the others are served, and memory does not grow."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart
from wyoming.event import Event, async_read_event
from wyoming.ping import Ping
from wyoming_client import ask, chunks, client, transcribe, transcript, until

from voice_skill.bridges.wyoming import connection, ears, listening, server, wire

pytest_plugins = ["serving"]

RECORDINGS = Path(__file__).parent.parent / "recordings"
SERIOUS = RECORDINGS / "is_upper_back_pain_serious.wav"


def header(**fields: object) -> bytes:
    return json.dumps(fields).encode() + b"\n"


NONSENSE = {
    "no JSON": b"GET / HTTP/1.1\r\n\r\n",
    "no text": bytes(range(128, 256)) + b"\n",
    "a list": b"[]\n",
    "a number": b"7\n",
    "no type": b"{}\n",
    "a type that is a number": header(type=7),
    "a type that is an object": header(type={}),
    "data that are a list": header(type="ping", data=[1]),
    "a text that is a number": header(type="transcript", data={"text": 7}),
    "a text that is a list": header(type="synthesize", data={"text": ["a"]}),
    "no text to handle": header(type="transcript"),
    "no text to say": header(type="synthesize"),
    "an endless text": header(type="transcript", data={"text": "a" * 5_000}),
    "an endless text to say": header(type="synthesize", data={"text": "a " * 15_000}),
    "an endless id": header(type="transcript", data={"text": "a", "context": {"conversation_id": "a" * 201}}),
    "an id that is a list": header(type="transcript", data={"text": "a", "context": {"conversation_id": []}}),
    "a length below nothing": header(type="ping", payload_length=-1),
    "a length that is text": header(type="ping", data_length="12"),
    "a length that is true": header(type="ping", data_length=True),
    "a length with a fraction": header(type="ping", payload_length=1.5),
    "100 MB of sound": header(type="audio-chunk", payload_length=100 * 2**20),
    "1 TB of data": header(type="ping", data_length=2**40),
    "data that are no object": header(type="ping", data_length=2) + b"[]",
    "data that are no JSON": header(type="ping", data_length=2) + b"{{",
    "a header without an end": b'{"type": "' + b"a" * 100_000,
    "nesting": b'{"type": "ping", "data": ' + b"[" * 60_000 + b"\n",
    "sound without a format": header(type="audio-chunk", payload_length=2) + b"ab",
    "sound at no rate": header(type="audio-chunk", data={"rate": 0, "width": 2, "channels": 1}),
    "sound at a rate that is text": header(type="audio-chunk", data={"rate": "16000", "width": 2, "channels": 1}),
    "sound in no channel": header(type="audio-chunk", data={"rate": 16_000, "width": 2, "channels": 0}),
    "samples of no size": header(type="audio-chunk", data={"rate": 16_000, "width": 7, "channels": 1}),
}


async def send(uri: str, data: bytes) -> Event | None:
    """What the raw bytes are answered with before the connection ends, the last of it."""
    host, port = uri.removeprefix("tcp://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    last = None
    async with asyncio.timeout(20):
        writer.write(data)
        try:
            await writer.drain()
            while event := await async_read_event(reader):
                last = event
        except ConnectionError:
            pass
    writer.close()
    return last


async def is_served(uri: str) -> None:
    """Another client gets its answer."""
    async with client(uri) as other:
        assert (await ask(other, "i have chest pain")).type == "handled"


@pytest.mark.parametrize("data", NONSENSE.values(), ids=NONSENSE)
def test_nonsense_is_told_and_ends_the_connection(uri: str, data: bytes) -> None:
    async def talk() -> None:
        answer = await send(uri, data)
        assert answer is None or answer.type == "error", answer
        assert answer is None or "\n" not in answer.data["text"]
        await is_served(uri)

    asyncio.run(talk())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.one_of(
            st.binary(max_size=40),
            st.builds(
                lambda kind, data: header(type=kind, data=data),
                st.sampled_from(["transcript", "transcribe", "audio-start", "audio-chunk", "audio-stop", "synthesize"])
                | st.sampled_from(["synthesize-start", "synthesize-chunk", "synthesize-stop", "describe", "ping"]),
                st.dictionaries(
                    st.sampled_from(["text", "context", "rate", "width", "channels", "voice", "name"]),
                    st.recursive(
                        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
                        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
                        max_leaves=5,
                    ),
                    max_size=4,
                ),
            ),
        ),
        max_size=6,
    )
)
def test_no_bytes_break_the_server(uri: str, pieces: list[bytes]) -> None:
    async def talk() -> None:
        host, port = uri.removeprefix("tcp://").split(":")
        _, writer = await asyncio.open_connection(host, int(port))
        writer.writelines(pieces)
        writer.close()
        await is_served(uri)

    asyncio.run(talk())


def test_letters_that_cannot_be_written_are_no_fault(uri: str) -> None:
    async def talk() -> None:
        line = b'{"type": "ping", "data": {"text": "\\ud800"}}\n{"type": "transcript", "data": {"text": "\\udc00"}}\n'
        host, port = uri.removeprefix("tcp://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(line)
        assert [(await async_read_event(reader)).type for _ in range(2)] == ["pong", "not-handled"]  # type: ignore[union-attr]
        writer.close()

    asyncio.run(talk())


@pytest.mark.parametrize(
    "half",
    [
        b'{"type": "trans',
        header(type="transcript", data_length=100) + b'{"text": ',
        header(type="audio-chunk", data={"rate": 16_000, "width": 2, "channels": 1}, payload_length=2_000) + b"abc",
    ],
    ids=["header", "data", "payload"],
)
def test_half_an_event_is_waited_for_only_so_long(uri: str, half: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "PATIENCE", 0.2)

    async def talk() -> None:
        answer = await send(uri, half)
        assert answer and answer.type == "error" and "longer than 0.2 seconds" in answer.data["text"]

    asyncio.run(talk())


def test_a_silent_client_is_waited_for(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "PATIENCE", 0.1)

    async def talk() -> None:
        async with client(uri) as quiet:
            await asyncio.sleep(0.5)
            await quiet.write_event(Ping().event())
            assert await quiet.read_event()

    asyncio.run(talk())


def test_a_client_that_does_not_read_is_let_go(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "PATIENCE", 0.5)

    async def talk() -> None:
        host, port = uri.removeprefix("tcp://").split(":")
        _, writer = await asyncio.open_connection(host, int(port), limit=1)
        writer.write(header(type="synthesize", data={"text": "and so on, " * 1_500}) * 20)
        await is_served(uri)
        with pytest.raises(ConnectionError):
            async with asyncio.timeout(30):
                while True:
                    writer.write(header(type="ping"))
                    await writer.drain()
                    await asyncio.sleep(0.05)

    asyncio.run(talk())


def test_more_connections_than_there_is_room_for_keep_nobody_out(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MOST_CONNECTIONS", 4)

    async def talk() -> None:
        host, port = uri.removeprefix("tcp://").split(":")
        held = [await asyncio.open_connection(host, int(port)) for _ in range(12)]
        await is_served(uri)
        for _, writer in held:
            writer.close()

    asyncio.run(talk())


def test_endless_sound_is_heard_to_a_point_and_then_refused(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "LONGEST_AUDIO", 3.0)
    monkeypatch.setattr(ears, "LONGEST_IGNORED", 20.0)

    async def talk() -> None:
        sound = [*chunks(SERIOUS), AudioChunk(16_000, 2, 1, bytes(32_000))]
        async with client(uri) as endless:
            await endless.write_event(Transcribe().event())
            for chunk in [*sound, *[sound[-1]] * 3]:
                await endless.write_event(chunk.event())
            assert transcript(await until(endless, "transcript-stop")) == "is upper back pain serious"
            await is_served(uri)
            event = sound[-1].event()
            second = header(type=event.type, data=event.data, payload_length=32_000) + bytes(32_000)
            answer = await send(uri, second * 100)
            assert answer is None or answer.type in ("transcript-stop", "error")
            await is_served(uri)

    asyncio.run(talk())


def test_after_too_long_a_stream_the_next_is_heard(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "LONGEST_AUDIO", 3.0)

    async def talk() -> None:
        async with client(uri) as server:
            long = [*chunks(SERIOUS), *[AudioChunk(16_000, 2, 1, bytes(32_000))] * 4]
            for _ in range(2):
                assert transcript(await transcribe(server, long)) == "is upper back pain serious"

    asyncio.run(talk())


def test_a_client_that_goes_in_the_middle_disturbs_nobody(uri: str) -> None:
    async def talk() -> None:
        for sent in (0, 1, 5, 20):
            async with client(uri) as leaving:
                await leaving.write_event(AudioStart(16_000, 2, 1).event())
                for chunk in chunks(SERIOUS)[:sent]:
                    await leaving.write_event(chunk.event())
                await leaving.write_event(Transcript("i have chest pain").event())
        await is_served(uri)

    asyncio.run(talk())


@pytest.fixture
def process() -> Iterator[tuple[int, str]]:
    """The server as a process of its own: its id and address."""
    command = [sys.executable, "-m", "voice_skill", "serve", "--uri", "tcp://127.0.0.1:0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr
        said = ""
        while "serving at" not in said:
            said = running.stderr.readline()
            assert said, "the server has ended"
        found = re.search(r"tcp://\S+", said)
        assert found
        yield running.pid, found[0]
        running.send_signal(signal.SIGTERM)
        assert running.wait(20) == 0
        assert running.stderr.read() == "", "a client was talked about"


def megabytes(pid: int) -> float:
    """The most memory the process has had."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="memory is read from /proc")  # noqa: PTH112
def test_memory_does_not_grow_with_what_is_sent(process: tuple[int, str]) -> None:
    pid, uri = process

    async def flood(data: bytes, megabytes: int) -> None:
        host, port = uri.removeprefix("tcp://").split(":")
        _, writer = await asyncio.open_connection(host, int(port))
        try:
            for _ in range(megabytes * 2**20 // len(data)):
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            pass
        writer.close()

    async def talk() -> None:
        async with client(uri) as first:
            await transcribe(first, chunks(SERIOUS))
            await ask(first, "i have chest pain", "a")
        before = megabytes(pid)
        second = AudioChunk(16_000, 2, 1, bytes(32_000)).event()
        sound = header(type=second.type, data=second.data, payload_length=32_000) + bytes(32_000)
        floods = [b"a" * 65_536, header(type="x", payload_length=2**20) + bytes(2**20), sound]
        await asyncio.gather(*(flood(data, 40) for data in floods for _ in range(2)), is_served(uri))
        for number in range(1_200):
            await asyncio.sleep(0)
            if number % 100 == 0:
                await is_served(uri)
        assert megabytes(pid) - before < 60

    asyncio.run(talk())
