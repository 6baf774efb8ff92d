"""Where clients connect: tcp, a unix socket, or the standard streams of a parent program."""

import asyncio
import contextlib
import ipaddress
import os
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from voice_skill.bridges.wyoming.connection import Connection
from voice_skill.bridges.wyoming.service import Service
from voice_skill.bridges.wyoming.wire import LONGEST_HEADER
from voice_skill.errors import BridgeError, UsageError

MOST_CONNECTIONS = 32
"""With more, the one that was silent for longest makes room: whoever holds connections open cannot keep others out."""

EXAMPLE = "Give one like tcp://127.0.0.1:10400, unix:///run/voice-skill.sock or stdio://"


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen."""

    scheme: str
    """``tcp``, ``unix`` or ``stdio``."""
    host: str = ""
    port: int = 0
    path: str = ""

    @classmethod
    def parse(cls, uri: str) -> "Address":
        """The address that ``uri`` names; ``UsageError`` when it is none."""
        try:
            parts = urlsplit(uri)
            host, port = parts.hostname, parts.port
        except ValueError as error:
            raise UsageError(f"--uri: {uri!r} is no address. {EXAMPLE}") from error
        if parts.scheme == "tcp" and host and port is not None:
            return cls("tcp", host, port)
        if parts.scheme == "unix" and parts.path and not host:
            return cls("unix", path=parts.path)
        if parts.scheme == "stdio":
            return cls("stdio")
        raise UsageError(f"--uri: {uri!r} is no address. {EXAMPLE}")

    @property
    def local(self) -> bool:
        """Whether only programs on this machine can connect."""
        if self.scheme != "tcp" or self.host == "localhost":
            return True
        with contextlib.suppress(ValueError):
            return ipaddress.ip_address(self.host).is_loopback
        return False


class Server:
    """Serves every client that connects to ``address`` until it is told to stop (SIGTERM, or ``stop``)."""

    def __init__(self, service: Service, address: Address) -> None:
        self._service = service
        self._address = address
        self._connections: set[Connection] = set()
        self._stopped = asyncio.Event()

    async def run(self, ready: Callable[[str], None]) -> None:
        """Serve; ``ready`` is given the address once clients can connect. ``BridgeError`` when it is taken."""
        loop = asyncio.get_running_loop()
        with contextlib.suppress(NotImplementedError, RuntimeError):  # only in the main thread
            loop.add_signal_handler(signal.SIGTERM, self.stop)
        if self._address.scheme == "stdio":
            await self._serve_streams(ready)
            return
        try:
            server, name = await self._listen()
        except OSError as error:
            raise BridgeError(f"cannot listen there: {error.strerror or error}. Choose another --uri") from error
        try:
            async with server:
                ready(name)
                await self._stopped.wait()
                for connection in list(self._connections):
                    connection.end()
        finally:
            if self._address.path:
                Path(self._address.path).unlink(missing_ok=True)

    def stop(self) -> None:
        """Let all clients go and end."""
        self._stopped.set()

    async def _listen(self) -> tuple[asyncio.Server, str]:
        if self._address.scheme == "unix":
            _make_room(Path(self._address.path))
            before = os.umask(0o177)  # a socket that others may use must be opened to them on purpose
            try:
                server = await asyncio.start_unix_server(self._connected, self._address.path, limit=LONGEST_HEADER)
            finally:
                os.umask(before)
            return server, f"unix://{self._address.path}"
        server = await asyncio.start_server(
            self._connected, self._address.host, self._address.port, limit=LONGEST_HEADER
        )
        host, port = server.sockets[0].getsockname()[:2]
        return server, f"tcp://[{host}]:{port}" if ":" in host else f"tcp://{host}:{port}"

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = writer.get_extra_info("peername")
        await self._serve(reader, writer, str(peer[0]) if peer else self._address.scheme)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, client: str) -> None:
        if len(self._connections) >= MOST_CONNECTIONS:
            min(self._connections, key=lambda each: each.active).end()
        connection = Connection(self._service, reader, writer, client)
        self._connections.add(connection)
        try:
            await connection.run()
        except asyncio.CancelledError:
            pass  # it was let go
        finally:
            self._connections.discard(connection)

    async def _serve_streams(self, ready: Callable[[str], None]) -> None:
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(LONGEST_HEADER)
        # Copies: asyncio closes what it is given, and the streams of the process are not ours to close.
        come, go = (os.fdopen(os.dup(stream), mode) for stream, mode in ((0, "rb"), (1, "wb")))
        try:
            await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), come)
            transport, protocol = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, go)
        except (ValueError, OSError) as error:
            raise BridgeError("stdio:// needs pipes as standard input and output. Let a program start it") from error
        ready("stdio://")
        serving = asyncio.create_task(
            self._serve(reader, asyncio.StreamWriter(transport, protocol, None, loop), "stdio")
        )
        stopped = asyncio.create_task(self._stopped.wait())
        await asyncio.wait((serving, stopped), return_when=asyncio.FIRST_COMPLETED)
        for task in (serving, stopped):
            task.cancel()


def _make_room(path: Path) -> None:
    """Take away the socket that a server left behind; never a file, nor the socket of one that is alive."""
    if not path.exists():
        return
    if not path.is_socket():
        raise BridgeError(f"{path} is a file. Choose another --uri")
    with socket.socket(socket.AF_UNIX) as trial:
        try:
            trial.connect(str(path))
        except OSError:
            path.unlink()
            return
    raise BridgeError(f"{path} is in use. End the other server, or choose another --uri")
