"""Files that appear whole or not at all.

Everything is written to a temporary beside its target, on the same filesystem, and renamed when
all is complete and on disk. A process that dies leaves the old target or the new one.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from keraport.errors import OutputError

PARTIAL_SUFFIX: Final = ".keraport-partial"
"""What files end in that are not complete yet."""
_NAME_BYTES: Final = 200
_REASONS: Final = {
    errno.ENOSPC: ("the disk is full", "free some space, or write elsewhere"),
    errno.EDQUOT: ("the disk quota is exhausted", "free some space, or write elsewhere"),
    errno.EFBIG: ("the file would exceed the largest size allowed here", "write elsewhere"),
    errno.EROFS: ("the filesystem is read-only", "write elsewhere"),
    errno.EACCES: ("permission denied", "write to a folder that is yours"),
    errno.EPERM: ("permission denied", "write to a folder that is yours"),
    errno.ENAMETOOLONG: ("the name is too long", "choose a shorter name"),
}
_NO_HARD_LINKS: Final = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})


@contextmanager
def replacing(
    targets: Sequence[Path], *, inputs: Collection[Path] = (), force: bool = False
) -> Iterator[tuple[Path, ...]]:
    """Temporaries to fill; when the block ends well they become the targets, else they vanish.

    The targets appear in their order, so the last one should be the file that needs the others.
    Should one of them fail to appear, those before it that did not exist are removed again.

    Args:
        targets: files to write; a symbolic link stands for the file it points to.
        inputs: files that must not be overwritten, by whatever name or link.
        force: replace targets that exist.

    Yields:
        a new, empty file for each target, in the same folder.

    Raises:
        OutputError: a target exists, is an input or no file, or cannot be written.
    """
    if not targets:
        yield ()
        return
    places = [_place(target, inputs, force) for target in targets]
    if len(set(places)) != len(places):
        raise OutputError(
            f"two outputs have the same name: {', '.join(map(str, targets))}",
            hint="choose another name for the output",
        )
    partials: list[Path] = []
    try:
        with output_errors(targets[-1]):
            for place in places:
                partials.append(_partial_name(place))
                _create(partials[-1], place)
        yield tuple(partials)
        with output_errors(targets[-1]):
            _commit(partials, places, force)
    finally:
        for partial in partials:
            partial.unlink(missing_ok=True)


def require_no_dangling_links(places: Iterable[Path]) -> None:
    """Check that files whose names nobody chose are not written to where an old link points.

    Raises:
        OutputError: one is a symbolic link, and what it points to is not there.
    """
    for place in places:
        if place.is_symlink() and not place.exists():
            raise OutputError(
                f"{place}: is a symbolic link to a file that is not there",
                hint="remove the link, or choose another folder for the output",
            )


class _FreeError(Exception):
    pass


def require_free(target: Path, *, inputs: Collection[Path] = (), force: bool = False) -> None:
    """Try to begin writing, and stop: fails before long work instead of after it.

    Arguments and errors are those of `replacing`.
    """
    try:
        with replacing([target], inputs=inputs, force=force):
            raise _FreeError
    except _FreeError:
        return


@contextmanager
def output_errors(target: Path) -> Iterator[None]:
    """Turn the system's refusals into `OutputError` that names the target and the reason."""
    try:
        yield
    except OSError as error:
        raise output_error(target, error) from error


def output_error(target: Path, error: OSError) -> OutputError:
    """Why `target` cannot be written."""
    reason, hint = _REASONS.get(
        error.errno or 0, (error.strerror or str(error), "write to another place")
    )
    return OutputError(f"{target}: cannot be written: {reason}", hint=hint)


def _place(target: Path, inputs: Collection[Path], force: bool) -> Path:
    """Where the target really lies, checked to be free."""
    with output_errors(target):
        try:
            place = target.resolve()
        except RuntimeError as error:  # a loop of symbolic links
            raise OutputError(f"{target}: {error}", hint="choose another name") from error
        if not place.parent.is_dir():
            raise OutputError(
                f"{target}: the folder {target.parent} does not exist", hint="create it first"
            )
        try:
            status = place.stat()
        except FileNotFoundError:
            return place
    if any(_same_file(status, path) for path in inputs):
        raise OutputError(
            f"{target}: the output is the input, which is never overwritten",
            hint="choose another name for the output",
        )
    if not stat.S_ISREG(status.st_mode):
        raise OutputError(f"{target}: exists and is not a regular file", hint="choose another name")
    if not force:
        raise OutputError(
            f"{target}: exists already", hint="give --force to replace it, or choose another name"
        )
    return place


def _same_file(status: os.stat_result, path: Path) -> bool:
    try:
        return os.path.samestat(status, path.stat())
    except OSError:
        return False


def _partial_name(place: Path) -> Path:
    stem = os.fsdecode(os.fsencode(place.name)[:_NAME_BYTES])
    return place.with_name(f".{stem}.{os.urandom(4).hex()}{PARTIAL_SUFFIX}")


def _create(partial: Path, place: Path) -> None:
    """A new file with the permissions of the file it replaces, or those the system gives."""
    os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
    if place.exists():
        partial.chmod(stat.S_IMODE(place.stat().st_mode))


def _commit(partials: Sequence[Path], places: Sequence[Path], force: bool) -> None:
    for partial in partials:
        _sync(partial)
    fresh: list[Path] = []
    try:
        for partial, place in zip(partials, places, strict=True):
            existed = place.exists()
            _rename(partial, place, force)
            if not existed:
                fresh.append(place)
    except BaseException:
        for place in fresh:
            place.unlink(missing_ok=True)
        raise
    for folder in {place.parent for place in places}:
        _sync(folder)


def _rename(partial: Path, place: Path, force: bool) -> None:
    """Rename; without `force`, a file that has appeared meanwhile is left alone."""
    if not force:
        try:
            place.hardlink_to(partial)
        except FileExistsError as error:
            raise OutputError(
                f"{place}: has been created by someone else meanwhile", hint="choose another name"
            ) from error
        except OSError as error:
            if error.errno not in _NO_HARD_LINKS:
                raise
        else:
            return
    partial.replace(place)


def _sync(path: Path) -> None:
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        # Some network filesystems cannot sync a folder; the rename itself has happened.
        if not (path.is_dir() and error.errno in (errno.EINVAL, errno.EBADF)):
            raise
    finally:
        os.close(handle)
