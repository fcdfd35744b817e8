"""Which operations a release of TensorFlow registers, and what they take.

``registries/RELEASE.pb.xz`` are the ``OpDef`` messages of real releases, written by
``tools/build_op_registries.py``.
"""

from __future__ import annotations

import lzma
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keraport.graphs import graph_pb2 as pb

_FOLDER = "registries"
_SUFFIX = ".pb.xz"


@cache
def registries() -> frozenset[str]:
    """Ids of the releases whose registry is known."""
    folder = files("keraport.graphs") / _FOLDER
    return frozenset(
        item.name.removesuffix(_SUFFIX) for item in folder.iterdir() if item.name.endswith(_SUFFIX)
    )


@cache
def registry(release: str) -> Mapping[str, pb.Op]:
    """Definitions by the name of the operation.

    Raises:
        KeyError: the registry of that release is not known.
    """
    from keraport.graphs import graph_pb2 as pb

    if release not in registries():
        raise KeyError(release)
    packed = (files("keraport.graphs") / _FOLDER / f"{release}{_SUFFIX}").read_bytes()
    listed = pb.OpList.FromString(lzma.decompress(packed))
    return MappingProxyType({op.name: op for op in listed.op})
