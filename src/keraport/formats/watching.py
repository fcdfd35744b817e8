"""Tells whoever wants to know how many bytes of weights are written, and how many there are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol


class Watcher(Protocol):
    """What is told, in the thread that writes."""

    def expect(self, total: int) -> None:
        """So many bytes are going to be written; what was told before counts no more."""

    def advance(self, size: int) -> None:
        """So many more bytes were read, to be written."""


_WATCHER: ContextVar[Watcher | None] = ContextVar("watcher", default=None)


@contextmanager
def watched_by(watcher: Watcher) -> Iterator[None]:
    """Tell `watcher` what is written in the block."""
    token = _WATCHER.set(watcher)
    try:
        yield
    finally:
        _WATCHER.reset(token)


def expect(total: int) -> None:
    """Say how much is going to be written."""
    if (watcher := _WATCHER.get()) is not None:
        watcher.expect(total)


def advance(size: int) -> None:
    """Say that a piece was read."""
    if (watcher := _WATCHER.get()) is not None:
        watcher.advance(size)
