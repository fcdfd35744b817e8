"""A lock between processes, held by an open file, so that a killed process cannot keep it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from keraport.errors import RuntimeUnavailableError

_PAUSE_SECONDS = 0.1


class _Lock(FileLock):
    """A lock whose file a process that is started may hold open, too."""

    @property
    def descriptors(self) -> list[int]:
        """The open file; none where the system locks by the mere existence of a file."""
        found = self._context.lock_file_fd
        return [] if found is None else [found]


@contextmanager
def locked(
    path: Path, *, seconds: float = 1800.0, waiting: Callable[[], None] | None = None
) -> Iterator[list[int]]:
    """Hold the lock on the file `path`, which is made if need be and never removed.

    Args:
        path: the lock file; its folder exists.
        seconds: how long to wait for another process.
        waiting: called once if another process holds it.

    Yields:
        descriptors of open files; a process that is given them holds the lock, too.

    Raises:
        OSError: the file cannot be opened or locked.
        RuntimeUnavailableError: another process held it all that time.
    """
    lock = _Lock(path)
    try:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            if waiting is not None:
                waiting()
            lock.acquire(timeout=seconds, poll_interval=_PAUSE_SECONDS)
    except Timeout:
        raise RuntimeUnavailableError(
            f"another process has held {path} for more than {seconds:.0f} s",
            hint="wait for that process, or end it, and try again",
        ) from None
    try:
        yield lock.descriptors
    finally:
        lock.release()
