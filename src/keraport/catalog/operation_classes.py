"""The operations that each release of Keras 3 has, and what their constructors take.

The table is of the wheels (``tools/build_operation_classes.py``).
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final

PATH: Final = "operations.json.xz"

Keywords = Mapping[str, Sequence[Any]]
"""Keyword: its default in a list, empty if it has none or is no literal."""


@cache
def operation_classes(release_id: str) -> Mapping[str, Keywords]:
    """The keywords of each operation of a release, by module below ``keras.src.ops`` and class.

    Args:
        release_id: of Keras 3; others have none.
    """
    data = files("keraport.catalog").joinpath(PATH).read_bytes()
    found: dict[str, Mapping[str, Keywords]] = json.loads(lzma.decompress(data))
    return found.get(release_id, {})
