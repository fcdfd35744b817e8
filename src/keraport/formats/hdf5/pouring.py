"""Bytes into places of a file that are set aside for them, in threads of their own.

HDF5 says where the bytes of a dataset belong (``H5Dget_offset``), and the bytes go around it: what
is stored already is moved by the system (``copy_file_range``, which shares blocks where the file
system can), and what is computed is written while the next is read and computed.
"""

from __future__ import annotations

import errno
import os
import threading
import zlib
from collections import deque
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import Final

from keraport.errors import DamagedFileError
from keraport.formats.hdf5.clones import PAGE
from keraport.records import dataclass

DAMAGED: Final = "the file is damaged: copy or download it again"

AT_ONCE: Final = 256 << 10
"""Bytes that are written in less time than a thread takes to hand them over."""
_STEP: Final = 8 << 20
"""Bytes that the system is asked to move or write at a time, so that an interrupt is met soon."""
_THREADS: Final = 2
"""One reads and sums while the system lets the other one write."""
_WAITING: Final = 3 * _STEP
"""Most bytes in memory that wait to be written."""
_LIGHTER: Final = 8
"""So much less counts what waits in a file; whoever watches is told of it that much too early."""
_BLOCK: Final = 256 << 10
"""Bytes that are read and written at a time: they stay in the fast memory of one processor."""
_SUMMED: Final = 64 << 10
"""Smaller pieces are summed with what lies between them."""
_NOT_MOVED: Final = frozenset(
    {
        *(errno.EXDEV, errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM, errno.ETXTBSY),
        *(errno.EBADF, errno.EIO),
    }
)
"""How systems say that they move nothing between such files; reading and writing then says more."""


@dataclass(frozen=True, slots=True)
class Extent:
    """A run of bytes in a file that is open.

    Args:
        handle: the file; open until all is written.
        start: the first byte.
        size: how many.
        where: file and object, for messages.
    """

    handle: int
    start: int
    size: int
    where: str


class Pouring:
    """Writes pieces to a file while its user goes on; a context manager.

    An error of a thread is raised by whatever is called next, at the latest by `finish`.

    Args:
        handle: the file, open for writing; it is not closed.
        start: where what is written begins in it; places count from there.
        sums: takes up place, size and CRC-32 of each larger piece, for files that need a sum of
            all of their bytes; None where nobody asks, and the system may move what it likes.
    """

    def __init__(
        self, handle: int, start: int = 0, sums: list[tuple[int, int, int]] | None = None
    ) -> None:
        self._handle, self._start, self._sums = handle, start, sums
        self._jobs: deque[tuple[int, Callable[[], None]]] = deque()
        self._waiting = 0
        self._changed = threading.Condition()
        self._threads: list[threading.Thread] = []
        self._own = threading.local()
        self._error: BaseException | None = None
        self._ended = False

    @property
    def may_share(self) -> bool:
        """Whether blocks may be shared with the files that they come from."""
        return self._sums is None

    def __enter__(self) -> Pouring:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._changed:
            self._ended = True
            if kind is not None:
                self._jobs.clear()
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()
        if kind is None:
            self._raise()

    def move(self, extent: Extent, place: int, tell: Callable[[int], None]) -> None:
        """Have a run of bytes copied to `place`.

        Args:
            extent: the bytes.
            place: where to.
            tell: is called with the size of each piece as it is taken up.

        Raises:
            DamagedFileError: an earlier run cannot be read.
            OSError: the system refuses to write.
        """
        # Blocks are shared from the start of one on.
        head = min(-extent.start % PAGE, extent.size)
        for start in (*([0] if head else []), *range(head, extent.size, _STEP)):
            size = head if start < head else min(_STEP, extent.size - start)
            piece = Extent(extent.handle, extent.start + start, size, extent.where)
            if size > AT_ONCE and hasattr(os, "posix_fadvise"):
                # The disk begins to read it while earlier pieces are written.
                os.posix_fadvise(piece.handle, piece.start, size, os.POSIX_FADV_WILLNEED)
            self._add(size, partial(self._move, piece, place + start), size // _LIGHTER)
            tell(size)

    def put(self, data: memoryview, place: int) -> None:
        """Have bytes written at `place`; they must stay what they are. Errors as for `move`."""
        for start in range(0, data.nbytes, _STEP):
            piece = data[start : start + _STEP]
            self._add(piece.nbytes, partial(self._write, piece, place + start), piece.nbytes)

    def finish(self) -> None:
        """Wait until all is written; errors as for `move`."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting == 0 or self._error is not None)
        self._raise()

    def _add(self, size: int, job: Callable[[], None], weight: int) -> None:
        self._raise()
        if size <= AT_ONCE:
            job()
            return
        if len(self._threads) < _THREADS:
            thread = threading.Thread(target=self._work, name="keraport-writes", daemon=True)
            self._threads.append(thread)
            thread.start()
        with self._changed:
            self._changed.wait_for(
                lambda: (
                    self._waiting == 0
                    or self._waiting + weight <= _WAITING
                    or self._error is not None
                )
            )
            self._raise()
            self._jobs.append((weight, job))
            self._waiting += weight
            self._changed.notify_all()

    def _raise(self) -> None:
        if self._error is not None:
            raise self._error

    def _work(self) -> None:
        # One for all that a thread reads: the system clears the memory of each new one.
        self._own.buffer = bytearray(_BLOCK)
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._jobs or self._ended)
                if not self._jobs:
                    return
                weight, job = self._jobs.popleft()
            try:
                job()
            except BaseException as error:
                self._error = error
            del job
            with self._changed:
                self._waiting -= weight
                if self._error is not None:
                    self._jobs.clear()
                    self._ended = True
                self._changed.notify_all()

    def _move(self, extent: Extent, place: int) -> None:
        done = 0
        while done < extent.size:
            moved = self._moved(extent, done, place + done)
            if not moved:
                raise DamagedFileError(
                    f"{extent.where}: cannot be copied: the file ends too early", hint=DAMAGED
                )
            done += moved

    def _moved(self, extent: Extent, done: int, place: int) -> int:
        start, left = extent.start + done, extent.size - done
        to = self._start + place
        # Bytes that change their place within a page cost the system half as much again that way.
        if self._sums is None and (to - start) % PAGE == 0 and hasattr(os, "copy_file_range"):
            try:
                return os.copy_file_range(extent.handle, self._handle, left, start, to)
            except OSError as error:
                if error.errno not in _NOT_MOVED:
                    raise
        try:
            data = self._read(extent.handle, min(left, _BLOCK), start)
        except OSError as error:
            raise DamagedFileError(
                f"{extent.where}: cannot be copied: {error.strerror}", hint=DAMAGED
            ) from error
        self._write(data, place)
        return data.nbytes

    def _read(self, handle: int, count: int, start: int) -> memoryview:
        buffer = getattr(self._own, "buffer", None)
        if buffer is None:  # not one of the threads
            return memoryview(os.pread(handle, count, start))
        data = memoryview(buffer)[:count]
        return data[: os.preadv(handle, [data], start)]

    def _write(self, data: memoryview, place: int) -> None:
        if self._sums is not None and data.nbytes > _SUMMED:
            self._sums.append((place, data.nbytes, zlib.crc32(data)))
        while data.nbytes:
            count = os.pwrite(self._handle, data, self._start + place)
            place, data = place + count, data[count:]
