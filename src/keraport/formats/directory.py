"""Directories that appear whole or not at all, and the sizes of what a path means."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from keraport.errors import OutputError
from keraport.formats.atomic import output_errors
from keraport.formats.checkpoint.files import index_of, prefix_of


@contextmanager
def appearing(target: Path) -> Iterator[Path]:
    """A new directory to fill; it becomes `target` when the block ends well, else it vanishes.

    A directory that exists is never replaced: what else lies in it cannot be known.

    Raises:
        OutputError: `target` exists, or cannot be written.
    """
    require_new(target)
    partial = target.with_name(f".{target.name}.{os.urandom(4).hex()}.keraport-partial")
    try:
        with output_errors(target):
            partial.mkdir()
        yield partial
        with output_errors(target):
            require_new(target)
            partial.rename(target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def require_new(target: Path) -> None:
    """Check that nothing has this name, and that it has a folder to be in.

    Raises:
        OutputError: there is something, or no folder.
    """
    if not target.parent.is_dir():
        raise OutputError(
            f"{target}: the folder {target.parent} does not exist", hint="create it first"
        )
    if os.path.lexists(target):
        raise OutputError(
            f"{target}: exists already, and directories are never replaced",
            hint="remove it first, or choose another name",
        )


def size_of(path: Path) -> int:
    """Bytes of a file, of the files in a directory, or of those of a checkpoint."""
    prefix = None if path.is_dir() else prefix_of(path)
    if prefix is not None:
        return sum(item.stat().st_size for item in (index_of(prefix), *_shards_of(prefix)))
    if path.is_dir():
        return sum(item.lstat().st_size for item in path.rglob("*") if item.is_file())
    return path.stat().st_size


def _shards_of(prefix: Path) -> list[Path]:
    """The files beside a checkpoint's index that are called as its shards are."""
    start = f"{prefix.name}.data-"
    with os.scandir(prefix.parent) as entries:
        return sorted(prefix.parent / item.name for item in entries if item.name.startswith(start))
