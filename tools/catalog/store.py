"""Writes a catalog so that the same sources always give the same bytes."""

from __future__ import annotations

import json
import lzma
from pathlib import Path
from typing import Any

_FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME}]


def encode(document: dict[str, Any]) -> bytes:
    """JSON with sorted keys and no spaces, compressed with xz; free of dates and paths.

    Parameters keep the order of the signature, for their place among the positional arguments.
    """
    objects = {key: document["objects"][key] for key in sorted(document["objects"])}
    ordered = {key: document[key] for key in sorted(document)} | {"objects": objects}
    text = json.dumps(ordered, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return lzma.compress(text.encode("ascii"), check=lzma.CHECK_CRC32, filters=_FILTERS)


def write(document: dict[str, Any], path: Path) -> int:
    """Store a catalog; returns the size in bytes."""
    data = encode(document)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return len(data)
