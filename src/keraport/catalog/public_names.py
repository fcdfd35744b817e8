"""The public API of a TensorFlow release beyond what model files name: functions, by dotted name.

The tables are what the releases themselves list (``tools/build_api_names.py``).
"""

from __future__ import annotations

import json
import lzma
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class PublicName:
    """Something below ``tf``.

    Args:
        identity: module and name that it is defined by; the same for two names of one thing; empty
            for what cannot be called.
        parameters: in order; None if they cannot be told.
        takes_any: any keyword is taken.
    """

    identity: str = ""
    parameters: tuple[str, ...] | None = None
    takes_any: bool = False


@cache
def public_names(release_id: str) -> dict[str, PublicName]:
    """The names below ``tf`` without that prefix, e.g. ``math.reduce_sum``.

    Empty where they have not been extracted.
    """
    path = files("keraport.catalog").joinpath("names", f"{release_id}.json.xz")
    if not path.is_file():
        return {}
    document = json.loads(lzma.decompress(path.read_bytes()))
    return {name: _entry(row) for name, row in document.items()}


def _entry(row: list[object] | None) -> PublicName:
    if row is None:
        return PublicName()
    identity, parameters = row
    if not isinstance(parameters, list):
        return PublicName(str(identity))
    names, takes_any = parameters
    return PublicName(str(identity), tuple(names), bool(takes_any))
