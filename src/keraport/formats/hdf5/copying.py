"""What a file of weights is written from, and the thread that writes the bytes."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import Final

from keraport.formats.hdf5.pouring import Pouring
from keraport.formats.sources import Sources

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
        self._output = os.open(output, _WRITING)
        self.pouring = Pouring(self._output, start, sums)

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
        super().require_unchanged()
