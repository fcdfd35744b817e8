"""Lines that another process writes, read in a thread, each only when it is asked for."""

from __future__ import annotations

import queue
import threading
from typing import IO, Any, Final

LONGEST: Final = 16 * 1024 * 1024
"""Bytes of a line. What is known of a model with 50,000 layers takes half of that."""


class Lines:
    """The lines of a stream; one is read for each that is asked for, so that no more is held.

    Args:
        stream: what to read, and to close when it ends; none if None.
    """

    def __init__(self, stream: IO[bytes] | None = None) -> None:
        self._found: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._asked = threading.Semaphore(0)
        self._stopped = False
        if stream is not None:
            threading.Thread(target=self._read, args=(stream,), daemon=True).start()

    def ask(self) -> None:
        """Let one line be read."""
        self._asked.release()

    def get(self, seconds: float) -> bytes | None:
        """The line that was asked for; empty at the end of the stream; None if it is not there yet.

        Of a line longer than `LONGEST` the beginning is returned, without an end.
        """
        try:
            return self._found.get(timeout=seconds)
        except queue.Empty:
            return None

    def stop(self) -> None:
        """Read no more."""
        self._stopped = True
        self._asked.release()

    def _read(self, stream: IO[bytes]) -> None:
        with stream:
            while True:
                self._asked.acquire()
                if self._stopped:
                    return
                line = stream.readline(LONGEST)
                self._found.put(line)
                if not line.endswith(b"\n"):
                    break
        self._found.put(b"")


def told_error(error: Any) -> tuple[str, str]:
    """Type and message of an exception that a reply describes, whatever else it may hold."""
    about = error if isinstance(error, dict) else {"message": error}
    return str(about.get("type", "error"))[:80], str(about.get("message", ""))
