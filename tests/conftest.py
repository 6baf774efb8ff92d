"""A real web server on loopback, and a small model that passes every check but holds no speech."""

import hashlib
import io
import os
import random
import re
import threading
import zipfile
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

# As the command line does, before anything imports numpy.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

pytest_plugins = ["virtual_audio", "room", "fed", "fetched"]
"""Fixtures of devices without hardware: ``room``, ``virtual_audio``; a listener ``fed`` with sound; models to fetch."""

REAL_TIME = {"virtual_audio", "room"}
"""Fixtures through which sound flows at its own pace, whatever else the machine does."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A busy machine drops a block of sound now and then, as it does to anybody: what is true is shown in three tries.

    A fault of ours fails all three; every test that does without a device has one try.
    """
    for item in items:
        if REAL_TIME & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.flaky(reruns=2))


MODEL = "vosk-model-small-en-us-0.15"

MODEL_FILES: Mapping[str, bytes] = {
    "am/final.mdl": random.Random(1).randbytes(1_500_000),  # larger than a block, and does not shrink
    "conf/mfcc.conf": b"--num-ceps=40\n",
    "conf/model.conf": b"--endpoint.silence-phones=1\n",
    "graph/HCLr.fst": b"HCLr",
    "graph/Gr.fst": b"Gr",
    "graph/disambig_tid.int": b"",
    "graph/phones/word_boundary.int": b"1 nonword\n",
}


def zipped(files: Mapping[str, bytes], top: str = MODEL) -> bytes:
    """A zip of files, below the folder ``top``."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"{top}/{name}", content)
    return data.getvalue()


def write_model(folder: Path, files: Mapping[str, bytes] = MODEL_FILES) -> Path:
    """The small model, unpacked."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


Answer = Callable[["Handler"], None]


@dataclass
class Site:
    """What the server has, how it answers next, and what it was asked."""

    url: str
    files: dict[str, bytes] = field(default_factory=dict)
    """Path to content."""
    scripted: deque[Answer] = field(default_factory=deque)
    """Answers to the next requests; after them, well-behaved ones."""
    ranges: list[str | None] = field(default_factory=list)
    """The Range header of each request so far."""

    def put(self, data: bytes, name: str = MODEL) -> str:
        """Serve a zip; returns its address."""
        self.files[f"/{name}.zip"] = data
        return f"{self.url}/{name}.zip"


class Handler(BaseHTTPRequestHandler):
    """Serves ``site.files`` as web servers do, ranges included."""

    site: Site

    def do_GET(self) -> None:
        self.site.ranges.append(self.headers.get("Range"))
        answer = self.site.scripted.popleft() if self.site.scripted else whole
        try:
            answer(self)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the client had enough, as it may

    def log_message(self, *_: object) -> None:
        """Tests print nothing."""

    @property
    def data(self) -> bytes:
        return self.site.files.get(self.path, b"")

    def begin(self, status: int, length: int | None, **headers: str) -> None:
        self.send_response(status)
        if length is not None:
            self.send_header("Content-Length", str(length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()


def whole(handler: Handler, stop_after: int | None = None) -> None:
    """The file, or the rest of it that was asked for; ``stop_after`` bytes the connection is closed."""
    data = handler.data
    if not data:
        handler.begin(404, 0)
        return
    asked = re.fullmatch(r"bytes=(\d+)-", handler.headers.get("Range", ""))
    start = int(asked[1]) if asked else 0
    if asked and start >= len(data):
        handler.begin(416, 0, Content_Range=f"bytes */{len(data)}")
        return
    if asked:
        handler.begin(206, len(data) - start, Content_Range=f"bytes {start}-{len(data) - 1}/{len(data)}")
    else:
        handler.begin(200, len(data))
    handler.wfile.write(data[start:][:stop_after])


def dropped(after: int) -> Answer:
    """The connection ends after so many bytes."""
    return lambda handler: whole(handler, after)


def status(code: int) -> Answer:
    """Nothing but this status."""
    return lambda handler: handler.begin(code, 0)


def without_ranges(handler: Handler) -> None:
    """The whole file, whatever was asked for."""
    handler.begin(200, len(handler.data))
    handler.wfile.write(handler.data)


def redirect(to: str) -> Answer:
    """The file is elsewhere."""
    return lambda handler: handler.begin(302, 0, Location=to)


class Server(ThreadingHTTPServer):
    """Quiet when a connection ends badly: here that is the point."""

    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Said by the client's side of the test."""


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A server on loopback that runs while the test does."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    handler = type("SiteHandler", (Handler,), {})
    with Server(("127.0.0.1", 0), handler) as server:
        handler.site = Site(f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield handler.site
        server.shutdown()
        thread.join()


def manifest_text(data: bytes, url: str, name: str = MODEL, sha256: str | None = None) -> str:
    """A manifest of one model that can be fetched."""
    return (
        f'[[model]]\nname = "{name}"\nrecommended = true\nlicence = "Apache-2.0"\n'
        'says = "a small one"\nquirks = ["none"]\n'
        f'url = "{url}"\nbytes = {len(data)}\nsha256 = "{sha256 or hashlib.sha256(data).hexdigest()}"\n'
    )
