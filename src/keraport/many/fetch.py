"""Makes sources ready for workers: fetched if need be, and hashed; a few at a time, in order."""

from __future__ import annotations

import shutil
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Final

from keraport.errors import KeraportError, SourceUnavailableError
from keraport.many.content import content_of, stamp_of
from keraport.many.outcome import Outcome
from keraport.many.sources import Source, failure
from keraport.records import dataclass

_THREADS: Final = 4


@dataclass(frozen=True, slots=True)
class Ready:
    """A source that a worker can read.

    Args:
        source: as it was found.
        path: the file or folder.
        content: SHA-256; empty where `problem` says why.
        stamp: what the file system, or the server, said of it.
        problem: why it cannot be read.
    """

    source: Source
    path: Path
    content: str
    stamp: str
    problem: Outcome | None = None


def ready(sources: Iterable[Source], scratch: Path, ahead: int) -> Iterator[Ready]:
    """The sources, ready, in their order.

    Args:
        sources: what was found.
        scratch: a folder for what is fetched; each source gets a folder of its own, which
            `release` removes.
        ahead: how many are made ready before they are asked for.
    """
    waiting: deque[Future[Ready]] = deque()
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="keraport-fetch") as threads:
        try:
            for number, source in enumerate(sources):
                waiting.append(threads.submit(_made_ready, source, scratch / str(number)))
                if len(waiting) > ahead:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            threads.shutdown(wait=True, cancel_futures=True)


def release(item: Ready) -> None:
    """Remove what was fetched."""
    if item.source.remote is not None:
        shutil.rmtree(item.path.parent, ignore_errors=True)


def stamp_of_source(source: Source) -> str:
    """What the file system, or the server, says of a source without reading it."""
    if source.path is not None:
        return stamp_of(source.path)
    return "" if source.remote is None else source.remote.stamp


def _made_ready(source: Source, place: Path) -> Ready:
    path, stamp = source.path, stamp_of_source(source)
    try:
        if source.remote is not None:
            path = source.remote.fetch(place)
        if path is None:
            raise SourceUnavailableError(f"{source.shown}: is nowhere", hint="check the path")
        return Ready(source, path, content_of(path), stamp)
    except KeraportError as error:
        return Ready(source, path or place / "nothing", "", "", failure(source.shown, error))
