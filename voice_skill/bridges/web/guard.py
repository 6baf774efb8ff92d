"""Who may ask: this machine's own page, or whoever has the token. In front of everything else."""

import hmac
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

OPEN = ("/", "/page/")
"""What anybody may read: the page itself holds nothing of anyone."""

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""The page runs its own scripts only, nothing is kept, and no other site can show or read it."""


class Guard:
    """Refuses other sites, other names and, where there is a ``token``, whoever does not know it.

    ``hosts`` are the names this machine is called by. A name that an attacker points at this machine is none of them;
    without ``hosts`` any will do, for a token is then asked for.
    """

    def __init__(self, app: App, hosts: frozenset[str], token: str | None) -> None:
        assert hosts or token, "whoever can reach it could use it"
        self._app = app
        self._hosts = hosts
        self._token = token.encode() if token else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As any ASGI application."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        headers = {key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]}
        refused = self._refused(scope["path"], headers)
        answer = _with_headers(send)
        if refused:
            await _refuse(answer, *refused)
        else:
            await self._app(scope, receive, answer)

    def _refused(self, path: str, headers: dict[str, str]) -> tuple[int, str] | None:
        """Why the request is not answered, as a status and a line."""
        host = headers.get("host", "")
        if self._hosts and _name(host) not in self._hosts:
            return 403, "this name is not served. Use the address that was printed at the start"
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != host:
            return 403, "other sites may not ask"
        if headers.get("sec-fetch-site", "none") not in ("same-origin", "none") and path != "/":
            return 403, "other sites may not ask"
        if self._token is None or path == OPEN[0] or path.startswith(OPEN[1]):
            return None
        kind, _, given = headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), self._token):
            return 401, "the token is missing or wrong. Open the address that was printed at the start"
        return None


def _name(host: str) -> str:
    """The name in a Host header, without the port."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _with_headers(send: Send) -> Send:
    async def answer(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            extra = [(key.lower().encode(), value.encode()) for key, value in HEADERS.items()]
            message["headers"] = [*message.get("headers", ()), *extra]
        await send(message)

    return answer


async def _refuse(send: Send, status: int, why: str) -> None:
    body = json.dumps({"error": why}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    if status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
