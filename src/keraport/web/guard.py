"""The door: who may ask at all, and what every answer says of itself."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from keraport.records import dataclass
from keraport.web.settings import Settings

HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'; "
        "require-trusted-types-for 'script'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_SAFE: Final = ("GET", "HEAD")
_DEFECT: Final = 500

Defect = Callable[[Exception], str]
"""Keeps the traceback of an error that nobody expected, and says so in a message."""


@dataclass(frozen=True, slots=True)
class Guard:
    """Passes on what comes from the page itself, and refuses everything else.

    Args:
        app: what is guarded.
        settings: host and token.
        defect: told of what `app` raises.
    """

    app: ASGIApp
    settings: Settings
    defect: Defect

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, by `app` if the request may."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        started = False

        async def with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
            await send(message)

        refused = self._refused(scope)
        if refused is not None:
            await refused(scope, receive, with_headers)
            return
        try:
            await self.app({**scope, "root_path": self._root}, receive, with_headers)
        except ClientDisconnect:
            return
        except Exception as error:
            message = self.defect(error)
            if not started:
                await _failed(message)(scope, receive, with_headers)

    @property
    def _root(self) -> str:
        return f"/{self.settings.token}"

    def _refused(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not self.settings.allows(host):
            return PlainTextResponse("This name does not lead here.\n", status_code=403)
        given, slash, _ = scope["path"].removeprefix("/").partition("/")
        # In a time that does not tell how much of it was right.
        if not hmac.compare_digest(given.encode(), self.settings.token.encode()):
            return PlainTextResponse("Open the whole address that was printed.\n", status_code=404)
        if not slash:
            return RedirectResponse(f"{self._root}/")
        if scope["method"] not in _SAFE and not _from_the_page(headers, host):
            return PlainTextResponse("This comes from another page.\n", status_code=403)
        return None


def _from_the_page(headers: Headers, host: str) -> bool:
    """False if a browser says that a page of another origin sent the request."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc.lower() == host.lower()


def _failed(message: str) -> Response:
    error = {"kind": "defect", "message": message, "hint": "", "exit_status": 1}
    return Response(json.dumps({"error": error}), _DEFECT, media_type="application/json")
