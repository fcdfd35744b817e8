"""What a file of weights is written from, and the thread that writes the bytes."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import Final

from keraport.formats.hdf5.clones import shares_blocks
from keraport.formats.hdf5.pouring import Extent, Pouring
from keraport.formats.sources import Sources

_WORTHWHILE: Final = 1 << 20
"""Bytes that are worth the up to two blocks that stay unused in front of them."""
_WRITING: Final = os.O_WRONLY | getattr(os, "O_BINARY", 0)


class Copying(Sources):
    """The sources of one file that is being written; a context manager.

    Args:
        output: the file, which exists.
        start: where the HDF5 file begins in it.
        sums: as for `Pouring`.
    """

    def __init__(
        self, output: Path, start: int = 0, sums: list[tuple[int, int, int]] | None = None
    ) -> None:
        super().__init__()
        self._folder = output.parent
        self._sharing: dict[int, bool] = {}
        self.fillers: list[object] = []
        """What keeps room free in front of shared blocks until all is written."""
        self._output = os.open(output, _WRITING)
        self.pouring = Pouring(self._output, start, sums)

    def may_share(self, extent: Extent) -> bool:
        """Whether the file may share the blocks of a run of bytes with its source."""
        if extent.size < _WORTHWHILE or not self.pouring.may_share:
            return False
        if extent.handle not in self._sharing:
            self._sharing[extent.handle] = shares_blocks(extent.handle, self._folder)
        return self._sharing[extent.handle]

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            # The thread reads files that are closed after it.
            self.pouring.__exit__(kind, error, traceback)
        finally:
            super().__exit__(kind, error, traceback)
            os.close(self._output)

    def require_unchanged(self) -> None:
        """Wait until all is written, and check that no source was written meanwhile.

        Raises:
            InputFileError: one was, or cannot be read.
            OSError: the system refuses to write.
        """
        self.pouring.finish()
        self.fillers.clear()
        super().require_unchanged()
