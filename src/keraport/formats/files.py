"""Opening files of the input: regular ones only, so that nothing waits for a writer or never ends.

A FIFO holds up whoever opens it, ``/dev/zero`` has no last byte, and a link in a directory that
somebody else made leads anywhere. So a file is opened without waiting, and looked at before
anything is read.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO, Final

from keraport.errors import (
    DamagedFileError,
    ForeignFileError,
    InputFileError,
    UnsafeFileError,
    UsageError,
)

_AT_ONCE: Final = (
    os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
)  # fmt: skip
_NO_LINK: Final = getattr(os, "O_NOFOLLOW", 0)
_KINDS: Final = (
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISDIR, "a folder"),
)
_RESOLVE: Final = "copy the directory with its links resolved (cp -rL) if you trust it"


def open_regular(path: Path, *, part: bool = False) -> BinaryIO:
    """A regular file, open for reading.

    Args:
        path: what to open.
        part: it belongs to a directory or a checkpoint, so that it has to be there, in place.

    Raises:
        UsageError: there is no such file, and it is no part.
        ForeignFileError: it is a pipe, a socket, a device or a folder, and no part.
        DamagedFileError: a part is missing.
        UnsafeFileError: a part is a symbolic link, or no regular file.
        InputFileError: the system refuses.
    """
    try:
        handle = os.open(path, _AT_ONCE | (_NO_LINK if part else 0))
    except (OSError, ValueError) as error:
        raise _refusal(path, error, part) from error
    try:
        mode = os.fstat(handle).st_mode
        if not stat.S_ISREG(mode):
            raise _irregular(path, mode, part)
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


def require_regular(path: Path, *, part: bool = False) -> None:
    """Check that the file can be opened; arguments and errors as for `open_regular`."""
    open_regular(path, part=part).close()


def read_regular(path: Path, limit: int | None = None, *, part: bool = False) -> bytes:
    """The content of a regular file, at most `limit` bytes of it; errors as for `open_regular`."""
    with open_regular(path, part=part) as file:
        try:
            # `read` takes memory for all that it is asked for, be the file ever so short.
            size = os.fstat(file.fileno()).st_size + 1
            return file.read(size if limit is None else min(size, limit))
        except OSError as error:
            raise unreadable(path, error) from error


def exists(path: Path) -> bool:
    """Whether there is anything of that name, be it a link that leads nowhere.

    ``Path.exists`` raises where a folder on the way is closed; what cannot be seen is said by
    those who open it.
    """
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False
    except OSError:
        return True
    return True


def refuse_link(path: Path) -> None:
    """Refuse a part of a directory that lies elsewhere.

    Raises:
        UnsafeFileError: it is a symbolic link.
    """
    if os.path.islink(path):  # noqa: PTH114 -- Path.is_symlink raises where a folder is closed
        raise _linked(path)


def unreadable(path: Path, error: OSError | ValueError) -> InputFileError:
    """The error for a file that the system does not give."""
    text = getattr(error, "strerror", None) or str(error)
    return InputFileError(f"{path}: {text.lower()}", hint="make it readable for this user")


def _refusal(path: Path, error: OSError | ValueError, part: bool) -> Exception:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        if part:
            return DamagedFileError(f"{path}: missing", hint="copy or download it again")
        return UsageError(f"{path}: there is no such file", hint="check the path")
    if part and getattr(error, "errno", None) in (errno.ELOOP, getattr(errno, "EMLINK", -1)):
        return _linked(path)
    if getattr(error, "errno", None) in (errno.ENXIO, errno.ENODEV):  # a socket, or no such device
        return _irregular(path, stat.S_IFSOCK, part)
    return unreadable(path, error)


def _linked(path: Path) -> UnsafeFileError:
    return UnsafeFileError(
        f"{path}: is a symbolic link, expected a part of the directory", hint=_RESOLVE
    )


def _irregular(path: Path, mode: int, part: bool) -> InputFileError:
    kind = next((name for fits, name in _KINDS if fits(mode)), "something else")
    if part:
        return UnsafeFileError(
            f"{path}: is {kind}, expected a regular file",
            hint="do not open this directory elsewhere before you know where it comes from",
        )
    return ForeignFileError(
        f"{path}: this is {kind}, not a regular file", hint="give the file that model.save() wrote"
    )
