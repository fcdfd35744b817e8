"""A lock between processes, held by an open file, so that a killed process cannot keep it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from keraport.errors import RuntimeUnavailableError

_PAUSE_SECONDS = 0.1


@contextmanager
def locked(
    path: Path, *, seconds: float = 1800.0, waiting: Callable[[], None] | None = None
) -> Iterator[int]:
    """Hold the lock on the file `path`, which is made if need be and never removed.

    Args:
        path: the lock file; its folder exists.
        seconds: how long to wait for another process.
        waiting: called once if another process holds it.

    Yields:
        the descriptor of the open file; a process that is given it holds the lock, too.

    Raises:
        OSError: the file cannot be opened or locked.
        RuntimeUnavailableError: another process held it all that time.
    """
    with path.open("a+b") as file:
        deadline = time.monotonic() + seconds
        told = False
        while not _try_lock(file):
            if waiting is not None and not told:
                waiting()
            told = True
            if time.monotonic() > deadline:
                raise RuntimeUnavailableError(
                    f"another process has held {path} for more than {seconds:.0f} s",
                    hint="wait for that process, or end it, and try again",
                )
            time.sleep(_PAUSE_SECONDS)
        try:
            yield file.fileno()
        finally:
            _unlock(file)


if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: IO[bytes]) -> bool:
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)
