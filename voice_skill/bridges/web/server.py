"""The page on a port of this machine, until it is stopped."""

import asyncio
import contextlib
import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from voice_skill.bridges.web.guard import App
from voice_skill.errors import BridgeError

LIFETIME = 60.0
"""Seconds after which a connection on which nothing is being answered is closed, half a request or not."""

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
"""Names of this machine that no other can be given."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where to listen, and how."""

    host: str
    port: int
    """0 takes a free one."""
    certificate: Path | None = None
    """For https, in PEM."""
    key: Path | None = None
    """Of the certificate, in PEM."""


class Patient(H11Protocol):
    """A connection with an end: uvicorn itself waits for ever for the rest of a header."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """As uvicorn's."""
        super().connection_made(transport)
        self.loop.call_later(LIFETIME, self._end)

    def _end(self) -> None:
        answering = self.cycle is not None and not self.cycle.response_complete
        if self.transport.is_closing():
            return
        if answering:
            self.loop.call_later(LIFETIME, self._end)
        else:
            self.transport.close()


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach ``host``."""
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def serve(app: App, where: Where, ready: Callable[[str], None]) -> None:
    """Serve ``app``; ``ready`` is given the address. ``BridgeError`` when it is taken or the certificate is none."""
    host = where.host
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, where.port), family=family)
    except OSError as error:
        why = error.strerror or error
        raise BridgeError(
            f"cannot listen at {host}, port {where.port}: {why}. Choose another --host or --port"
        ) from error
    with listening:
        config = configured(app, where)
        scheme, name = "https" if where.certificate else "http", f"[{host}]" if ":" in host else host
        ready(f"{scheme}://{name}:{listening.getsockname()[1]}/")
        uvicorn.Server(config).run(sockets=[listening])


def configured(app: App, where: Where) -> uvicorn.Config:
    """uvicorn's settings: quiet, without a trace of what was asked, and with an end to every connection."""
    config = uvicorn.Config(
        app,
        http=Patient,
        ws="none",
        lifespan="off",
        log_level="critical",  # what was asked is nobody's business, and every fault was answered
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=2,
        ssl_certfile=where.certificate,
        ssl_keyfile=where.key,
    )
    try:
        config.load()
    except (OSError, ValueError) as error:
        raise BridgeError(f"the certificate cannot be used: {error}. Check --certificate and --key") from error
    return config
