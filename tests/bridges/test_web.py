"""The addresses behind the page: the same answers as the command line, and nothing for strangers."""

import asyncio
import io
import json
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import soundfile
from corpora import RECORDINGS, lines
from starlette.testclient import TestClient

from voice_skill.assistant import Turn
from voice_skill.bridges.sessions import Sessions
from voice_skill.bridges.skill import Skill
from voice_skill.bridges.web import app as module
from voice_skill.bridges.web import requests, server
from voice_skill.bridges.web.app import Web
from voice_skill.bridges.web.guard import Guard
from voice_skill.bridges.web.server import LOOPBACK
from voice_skill.cli.web import describe

pytest_plugins = ["serving", "screens"]

HOST = "http://127.0.0.1:8080"
HERE = Path(__file__).parent.parent / "recordings"
SERIOUS = HERE / "is_upper_back_pain_serious.wav"
WAV = {"Content-Type": "audio/wav"}


@pytest.fixture
def http(app: Guard) -> TestClient:
    return TestClient(app, base_url=HOST, raise_server_exceptions=False)


def fields(turn: Turn) -> dict[str, Any]:
    """What ``ask --json`` prints, without what no two runs share."""
    return without_times(json.loads(json.dumps(describe(turn))))


def without_times(turn: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in turn.items() if key not in ("seconds", "file", "done", "sources")}


def test_typed_lines_get_the_command_lines_answers(skill: Skill, http: TestClient) -> None:
    """Without a conversation as ``ask --json`` does, in a new one as ``ask --session --json``."""
    for number, text in enumerate(lines()):
        session = number % 2 == 0
        asked = {"text": text, **({"conversation": f"line {number}"} if session else {})}
        answer = http.post("/ask", json=asked).json()
        expected = fields(skill.conversation(session).ask_text(text))
        assert [without_times(turn) for turn in answer["turns"]] == [expected], text


def test_recordings_get_the_command_lines_answers(
    by_recording: Callable[[Path], tuple[Turn, ...]], http: TestClient
) -> None:
    for path in RECORDINGS:
        answer = http.post("/ask", content=path.read_bytes(), headers=WAV)
        expected = [fields(turn) for turn in by_recording(path)]
        assert answer.status_code == (200 if expected else 422), path.name
        assert [without_times(turn) for turn in answer.json().get("turns", [])] == expected, path.name


def test_a_conversation_is_kept_and_its_answers_name_their_sources(http: TestClient) -> None:
    first = http.post("/ask", json={"text": "can back pain mean a heart attack", "conversation": "a"}).json()
    assert first["conversation"] == "a"
    assert first["turns"][0]["asks"] == "happening_now"
    assert http.post("/ask", json={"text": "yes", "conversation": "a"}).json()["turns"][0]["level"] == "emergency"
    sources = http.post("/ask", json={"text": "is upper back pain serious"}).json()["turns"][0]["sources"]
    assert sources and all(one["source"] and len(one["reviewed"]) == 10 for one in sources)


def test_a_silent_recording_is_a_silence_in_a_conversation(http: TestClient) -> None:
    silence = (HERE / "silence.wav").read_bytes()
    answer = http.post("/ask?conversation=a", content=silence, headers=WAV).json()
    assert answer["turns"][0]["transcript"] == ""
    assert answer["turns"][0]["reply"]


def test_speech_follows_its_conversation(http: TestClient) -> None:
    def seconds(**conversation: str) -> float:
        answer = http.post("/speak", json={"text": "Most back pain comes from muscles and joints.", **conversation})
        assert answer.headers["content-type"] == "audio/wav"
        samples, rate = soundfile.read(io.BytesIO(answer.content))
        assert abs(samples).max() > 0.05
        return len(samples) / rate

    http.post("/ask", json={"text": "is upper back pain serious", "conversation": "slow"})
    for _ in range(2):
        http.post("/ask", json={"text": "slower", "conversation": "slow"})
    assert seconds(conversation="slow") > 1.2 * seconds()


def test_the_page_and_its_description(http: TestClient) -> None:
    assert "<h1>" in http.get("/").text
    for name in ("page.js", "page.css", "worklet.js", "microphone.js"):
        assert http.get(f"/page/{name}").status_code == 200
    about = http.get("/about").json()
    assert about["emergency_number"] == "999"
    assert "upper back pain" in about["greeting"][0]
    assert set(http.get("/openapi.json").json()["paths"]) == {"/about", "/ask", "/speak"}
    for path in ("/page/../app.py", "/page/%2e%2e/app.py", "/docs", "/ask"):
        assert http.get(path).status_code in (404, 405)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, b"{", "application/json"),
        (400, b"\xff", "application/json"),
        (400, b"[" * 60_000, "application/json"),
        (422, b"[]", "application/json"),
        (422, b"{}", "application/json"),
        (422, b'{"text": 7}', "application/json"),
        (422, b'{"text": "a", "conversation": ""}', "application/json"),
        (422, b'{"text": "a", "conversation": 7}', "application/json"),
        (422, b'{"text": "a", "txt": "b"}', "application/json"),
        (422, b'{"text": "' + b"a" * 4_001 + b'"}', "application/json"),
        (413, b" " * 70_000, "application/json"),
        (413, bytes(17 * 2**20), "audio/wav"),
        (422, b"", "audio/wav"),
        (422, b"RIFF", "audio/wav"),
        (422, b"not sound at all", "audio/ogg"),
        (422, SERIOUS.read_bytes()[:4_000], "audio/wav"),
        (415, b"text=a", "application/x-www-form-urlencoded"),
        (415, b"is upper back pain serious", "text/plain"),
        (415, b"a", ""),
    ],
)
def test_what_is_no_question_is_told_in_a_line(http: TestClient, status: int, body: bytes, kind: str) -> None:
    answer = http.post("/ask", content=body, headers={"Content-Type": kind})
    assert (answer.status_code, list(answer.json())) == (status, ["error"])
    assert answer.json()["error"] and "\n" not in answer.json()["error"]
    assert "standard input" not in answer.json()["error"]


def test_letters_that_cannot_be_written_are_no_fault(http: TestClient) -> None:
    body = b'{"text": "\\ud800 chest pain", "conversation": "\\udfff"}'
    answer = http.post("/ask", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (200, 422)


def test_a_long_recording_is_refused(http: TestClient) -> None:
    sound = io.BytesIO()
    soundfile.write(sound, [0.0] * 8_000 * 61, 8_000, format="WAV")
    assert http.post("/ask", content=sound.getvalue(), headers=WAV).status_code == 422


def test_when_too_many_ask_the_next_is_told_to_wait(http: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 0)
    answer = http.post("/ask", json={"text": "a"})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


STRANGERS = {
    "another site": {"Origin": "http://evil.example"},
    "another site in disguise": {"Origin": "http://127.0.0.1:8080.evil.example"},
    "a page without an origin": {"Origin": "null"},
    "another port": {"Origin": "http://127.0.0.1:9090"},
    "another site, as browsers tell": {"Sec-Fetch-Site": "cross-site"},
    "a name that leads here": {"Host": "evil.example"},
    "a name that leads here, with the port": {"Host": "evil.example:8080"},
    "no name": {"Host": ""},
    "a broken name": {"Host": "[::"},
}


@pytest.mark.parametrize("headers", STRANGERS.values(), ids=STRANGERS)
def test_strangers_are_refused(http: TestClient, headers: dict[str, str]) -> None:
    for ask in (
        lambda: http.post("/ask", json={"text": "a"}, headers=headers),
        lambda: http.get("/about", headers=headers),
    ):
        answer = ask()
        assert answer.status_code == 403
        assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost", "localhost:9", "[::1]:8080"])
def test_the_page_itself_may_ask_by_any_name_of_this_machine(http: TestClient, host: str) -> None:
    headers = {"Host": host, "Origin": f"http://{host}", "Sec-Fetch-Site": "same-origin"}
    assert http.post("/ask", json={"text": "a"}, headers=headers).status_code == 200


def test_every_answer_keeps_the_browser_strict(http: TestClient) -> None:
    for answer in (http.get("/"), http.get("/nothing"), http.get("/about", headers={"Host": "evil.example"})):
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"


def test_in_a_network_the_token_is_asked_for(skill: Skill) -> None:
    guard = Guard(Web(skill, Sessions(skill), describe).app(), frozenset(), "secret")
    http = TestClient(guard, base_url="http://192.168.1.7:8080")
    assert http.get("/").status_code == 200
    assert http.get("/page/page.js").status_code == 200
    for path in ("/about", "/openapi.json", "/page"):
        assert http.get(path, follow_redirects=False).status_code == 401
    for given in ("Bearer", "Bearer wrong", "Bearer sécret", "Basic secret", "secret"):
        answer = http.post("/ask", json={"text": "a"}, headers={"Authorization": given.encode("latin-1")})
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    headers = {"Authorization": "Bearer secret"}
    assert http.post("/ask", json={"text": "a"}, headers=headers).status_code == 200
    assert (
        http.post("/ask", json={"text": "a"}, headers={**headers, "Origin": "http://evil.example"}).status_code == 403
    )


def test_nobody_is_served_without_a_name_or_a_token(skill: Skill) -> None:
    with pytest.raises(AssertionError):
        Guard(Web(skill, Sessions(skill), describe).app(), frozenset(), None)
    assert "evil.example" not in LOOPBACK


@pytest.fixture
def port(address: str) -> Iterator[int]:
    yield int(address.rpartition(":")[2])


def test_half_a_request_is_waited_for_only_so_long(monkeypatch: pytest.MonkeyPatch, app: Guard) -> None:
    monkeypatch.setattr(server, "LIFETIME", 0.3)
    monkeypatch.setattr(requests, "PATIENCE", 0.3)
    from screens import served

    head = b"POST /ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: audio/wav\r\nContent-Length: 1000\r\n\r\n"
    with served(app) as address:
        port = int(address.rpartition(":")[2])
        for half, says in ((b"", b""), (b"POST /ask HT", b""), (head[:-2], b""), (head + b"RIFF", b"408")):
            with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
                client.sendall(half)
                answer = client.recv(1_000)
                assert says in answer[:20]


def test_one_who_is_slow_keeps_nobody_waiting(port: int) -> None:
    async def slow() -> asyncio.StreamWriter:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(
            b"POST /ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\nContent-Type: audio/wav\r\n\r\n"
        )
        return writer

    async def talk() -> None:
        held = [await slow() for _ in range(60)]
        body = b'{"text": "i have chest pain"}'
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = f"Host: localhost\r\nContent-Length: {len(body)}\r\nContent-Type: application/json\r\nConnection: close"
        writer.write(f"POST /ask HTTP/1.1\r\n{head}\r\n\r\n".encode() + body)
        async with asyncio.timeout(20):
            assert b'"emergency"' in await reader.read()
        for each in (*held, writer):
            each.close()

    asyncio.run(talk())


def test_several_ask_at_once(http: TestClient) -> None:
    answers: list[Any] = []
    audio = SERIOUS.read_bytes()

    def ask(number: int) -> None:
        answers.append(http.post(f"/ask?conversation={number}", content=audio, headers=WAV).json())

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer["turns"][0]["entry"] for answer in answers] == ["serious"] * 6
