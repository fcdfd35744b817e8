"""Weights in several files: a ``.weights.json`` that says which shard holds which variables.

Source: ``ShardedH5IOStore`` in ``saving_lib.py`` (Keras 3.10 and later). Shards lie beside the map,
under plain names; a name that leads elsewhere is refused before anything is opened.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from keraport.errors import DamagedFileError, UnsafeFileError
from keraport.formats.files import read_regular
from keraport.formats.limits import JSON_BYTES, parse_json, shown
from keraport.formats.sniff import HDF5_SIGNATURE
from keraport.model import Value

SHARDS: Final = 10_000
"""Most files."""
_HINT: Final = "the file is damaged or was not written by Keras: save the weights again"


def weight_files(path: Path) -> tuple[Path, ...]:
    """The HDF5 files with the weights: the file itself, or the shards that it names.

    Raises:
        UnsafeFileError: a shard that is not beside the file.
        DamagedFileError: one is missing, or the file is no map of shards.
    """
    if read_regular(path, len(HDF5_SIGNATURE)) == HDF5_SIGNATURE:
        return (path,)
    document = parse_json(read_regular(path, JSON_BYTES + 1), str(path))
    found: dict[str, None] = {}
    for name in _names(document, path):
        if name in ("", ".", "..") or any(char in name for char in "/\\:\0"):
            raise UnsafeFileError(
                f"{path}: a shard is called {shown(name)}, expected the name of a file beside it",
                hint=_HINT,
            )
        found[name] = None
    if len(found) > SHARDS:
        raise UnsafeFileError(
            f"{path}: names {len(found)} shards, expected at most {SHARDS}", hint=_HINT
        )
    parts = tuple(path.with_name(name) for name in found)
    for part in parts:
        if part.is_symlink() or not part.is_file():
            raise DamagedFileError(
                f"{path}: the shard {shown(part.name)} is not beside it",
                hint="keep all files that save_weights wrote in one folder",
            )
    return parts


def _names(document: Value, path: Path) -> list[str]:
    names: list[str] = []
    listed = document.get("weight_map") if isinstance(document, dict) else None
    for value in listed.values() if isinstance(listed, dict) else [None]:
        for name in value if isinstance(value, list) else [value]:
            if not isinstance(name, str):
                raise DamagedFileError(
                    f"{path}: no map of shards: found {str(name)[:80]!r}, expected a file name",
                    hint=_HINT,
                )
            names.append(name)
    return names
