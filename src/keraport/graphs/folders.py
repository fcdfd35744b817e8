"""The files of a SavedModel beside its graph, copied as they are."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from keraport.errors import UnsafeFileError
from keraport.formats.files import open_regular, refuse_link

_DEEPEST: Final = 8
_MOST: Final = 100_000


def copy_folder(source: Path, target: Path, depth: int = 0) -> None:
    """Copy regular files and folders; nothing outside of the folder is read.

    Args:
        source: a folder of a SavedModel.
        target: where its copy is made.
        depth: how deep in the SavedModel it lies.

    Raises:
        UnsafeFileError: a symbolic link, what is no regular file, or more files than any model has.
        InputFileError: the system refuses.
    """
    refuse_link(source)
    names = sorted(item.name for item in source.iterdir())
    if depth > _DEEPEST or len(names) > _MOST:
        raise UnsafeFileError(
            f"{source}: folders over {_DEEPEST} deep, or over {_MOST:,} files in one",
            hint="no SavedModel has as many: do not use this directory",
        )
    target.mkdir()
    for name in names:
        item = source / name
        refuse_link(item)
        if item.is_dir():
            copy_folder(item, target / name, depth + 1)
            continue
        with open_regular(item, part=True) as file, (target / name).open("wb") as out:
            shutil.copyfileobj(file, out, 1 << 20)
