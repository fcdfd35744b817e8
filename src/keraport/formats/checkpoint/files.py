"""The files of a checkpoint, and which checkpoint a path means."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from keraport.errors import UsageError
from keraport.formats.files import exists

INDEX: Final = ".index"


def index_of(prefix: Path) -> Path:
    """The index of the checkpoint of that name."""
    return prefix.with_name(f"{prefix.name}{INDEX}")


def data_of(prefix: Path) -> Path:
    """The file with the values of a checkpoint that has a single one."""
    return prefix.with_name(f"{prefix.name}.data-00000-of-00001")


def shard_of(prefix: Path, number: int, count: int) -> Path:
    """One of the files with the values of a checkpoint that has `count` of them."""
    return prefix.with_name(f"{prefix.name}.data-{number:05d}-of-{count:05d}")


def prefix_of(path: Path) -> Path | None:
    """The name of the checkpoint that a path means; None if it means none.

    The file called ``checkpoint`` is not asked: it holds paths, which may lead anywhere.

    Args:
        path: ``NAME``, ``NAME.index``, or a folder with a single ``*.index``.

    Raises:
        UsageError: a folder has several.
    """
    # Not Path.is_file and the like: they raise where a folder on the way is closed.
    if path.name.endswith(INDEX) and os.path.isfile(path):  # noqa: PTH113
        return path.with_name(path.name.removesuffix(INDEX))
    if not os.path.isdir(path):  # noqa: PTH112
        named = path.name and not exists(path) and os.path.isfile(index_of(path))  # noqa: PTH113
        return path if named else None
    found = sorted(path.glob(f"*{INDEX}"))
    if len(found) > 1:
        names = [item.name.removesuffix(INDEX) for item in found]
        raise UsageError(
            f"{path}: holds {len(found)} checkpoints: {', '.join(names[:5])}",
            hint=f"name one of them: {path / names[-1]}",
        )
    return prefix_of(found[0]) if found else None
