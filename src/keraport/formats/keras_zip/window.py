"""The HDF5 file inside an archive, opened where it lies."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from keraport.errors import DamagedFileError
from keraport.formats.files import open_regular
from keraport.formats.hdf5.guard import LIBRARY_ERRORS, reason
from keraport.formats.hdf5.source import Part
from keraport.formats.hdf5.view import View, opened_through
from keraport.formats.keras_zip.archive import Member, unpacked


@contextmanager
def open_hdf5(path: Path, member: Member, *, known: bool = False) -> Iterator[Part]:
    """A member that is an HDF5 file, read-only; a compressed one is unpacked into a nameless file.

    Args:
        path: the archive.
        member: the file in it.
        known: as for `keraport.formats.hdf5.guard.open_input`.

    Raises:
        DamagedFileError: it cannot be unpacked, or HDF5 cannot open it.
        UnsafeFileError: its heaps hold more than any model needs.
        InputFileError: the system refuses.
    """
    name = f"{path}: {member.name}"
    with ExitStack() as stack:
        if member.deflated:
            plain = stack.enter_context(tempfile.TemporaryFile())
            for piece in unpacked(path, member):
                plain.write(piece)
            plain.flush()
            handle, start = plain.fileno(), 0
        else:
            handle, start = stack.enter_context(open_regular(path)).fileno(), member.start
        view = View(handle, start, member.size, Path(name), guarded=not known)
        try:
            file = stack.enter_context(opened_through(view, name))
        except LIBRARY_ERRORS as error:
            raise DamagedFileError(
                f"{path}: HDF5 cannot open {member.name}: {reason(error)}",
                hint="the file is truncated or damaged: copy or download it again",
            ) from error
        yield Part(file, handle, start, member.size)
