"""From a socket to the page and back, until a signal ends it."""

from __future__ import annotations

import logging
import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import uvicorn

from keraport.errors import UsageError
from keraport.web.app import build
from keraport.web.guard import Defect
from keraport.web.settings import Settings
from keraport.web.store import session

_MOST_CONNECTIONS: Final = 100
_GRACE: Final = 1
"""Seconds that downloads have to come to an end."""


def serve(settings: Settings, ready: Callable[[str], None], defect: Defect) -> None:
    """Serve the page until the process is told to end; then nothing of it is left.

    Args:
        settings: where, and how much is taken.
        ready: told the address, when a browser can open it.
        defect: keeps the traceback of an error that nobody expected, and says so in a message.

    Raises:
        UsageError: nothing can listen there.
    """
    with _signals(), _listening(settings) as listener, session() as store, _last_word():
        config = uvicorn.Config(
            build(settings, store, defect),
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=_MOST_CONNECTIONS,
            timeout_graceful_shutdown=_GRACE,
        )
        # What a broken connection means to the libraries is nothing that users could act upon.
        for logger in ("uvicorn.error", "asyncio"):
            logging.getLogger(logger).setLevel(logging.CRITICAL)
        ready(settings.url(listener.getsockname()[1]))
        uvicorn.Server(config).run(sockets=[listener])


@contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)
        family, _, _, _, where = found[0]
        listener = socket.create_server(where[:2], family=family)
    except (OSError, OverflowError, UnicodeError) as error:
        reason = _reason(error)
        raise UsageError(
            f"cannot listen at {settings.host}, port {settings.port}: {reason.lower()}",
            hint="choose another --port, or an address of this machine as --host",
        ) from error
    with listener:
        yield listener


def _reason(error: Exception) -> str:
    if isinstance(error, socket.gaierror) or not isinstance(error, OSError) or not error.errno:
        return str(getattr(error, "strerror", None) or error)
    # Without the address, which Python adds.
    return os.strerror(error.errno)


@contextmanager
def _signals() -> Iterator[None]:
    """Let a terminal that is closed end the server as SIGTERM does, so that it cleans up."""
    before = {kind: signal.getsignal(kind) for kind in _ending()}
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))
    try:
        yield
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)


@contextmanager
def _last_word() -> Iterator[None]:
    """Let nothing interrupt what comes after: the files of the session are being removed."""
    try:
        yield
    finally:
        for kind in _ending():
            signal.signal(kind, signal.SIG_IGN)


def _ending() -> list[signal.Signals]:
    names = ("SIGINT", "SIGTERM", "SIGHUP")
    return [getattr(signal, name) for name in names if hasattr(signal, name)]
