"""``voice-skill web`` as a person starts it."""

import json
import re
import signal
import socket
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError

import pytest

WEB = [sys.executable, "-m", "voice_skill", "web", "--port", "0"]


@contextmanager
def running(*more: str) -> Iterator[tuple[str, str]]:
    """What it said, and the address in it."""
    with subprocess.Popen([*WEB, *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr and process.stdout
        said = process.stderr.readline()
        found = re.search(r"https?://\S+", said)
        assert found, said + process.stderr.read()
        try:
            yield said, found[0]
        finally:
            process.send_signal(signal.SIGTERM)
        process.wait(20)
        assert (process.stdout.read(), process.stderr.read()) == ("", ""), "nothing that was asked is told"


def asked(address: str, context: ssl.SSLContext | None = None, **headers: str) -> dict[str, object]:
    request = urllib.request.Request(f"{address}ask", b'{"text": "i have chest pain"}', headers)
    request.add_header("Content-Type", "application/json")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))
    with opener.open(request, timeout=20) as answer:
        turns = json.load(answer)["turns"]
        assert isinstance(turns[0], dict)
        return turns[0]


def test_on_loopback_no_token_is_needed() -> None:
    with running("--place", "GB") as (said, address):
        assert "this machine only" in said
        assert asked(address)["level"] == "emergency"


def test_in_a_network_a_token_is() -> None:
    with running("--host", "0.0.0.0") as (said, printed):
        assert "anyone in your network who has this address" in said
        address, _, token = printed.replace("0.0.0.0", "127.0.0.1").partition("#token=")
        assert len(token) >= 20
        assert asked(address, Authorization=f"Bearer {token}")["level"] == "emergency"
        with pytest.raises(HTTPError) as refused:
            asked(address)
        assert refused.value.code == 401
        refused.value.close()


def test_https_for_phones(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subject = ["-subj", "/CN=localhost", "-days", "2"]
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        key,
        "-out",
        certificate,
        *subject,
    ]
    made = subprocess.run(command, capture_output=True, check=False)
    if made.returncode:
        pytest.skip("needs openssl to make a certificate")
    with running("--certificate", str(certificate), "--key", str(key)) as (_, address):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        assert address.startswith("https://")
        assert asked(address, context)["level"] == "emergency"


def test_what_cannot_be_served_is_told_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no certificate")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for more, says in (
            (["--port", port], "cannot listen at"),
            (["--host", "192.0.2.1"], "cannot listen at"),
            (["--host", "no.such.host.invalid"], "cannot listen at"),
            (["--certificate", str(tmp_path / "nothing")], "certificate cannot be used"),
            (["--certificate", str(tmp_path / "notes.txt")], "certificate cannot be used"),
        ):
            done = subprocess.run([*WEB, *more], capture_output=True, text=True, check=False, timeout=60)
            assert done.returncode == 1
            assert says in done.stderr
            assert len(done.stderr.splitlines()) == 1
