"""Which operations a version of TensorFlow registers, and what they take.

``registries/VERSION.pb.xz`` are the ``OpDef`` messages of real releases, written by
``tools/build_op_registries.py``.
"""

from __future__ import annotations

import lzma
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

from keraport.catalog.spelling import numbers_of
from keraport.errors import UsageError

if TYPE_CHECKING:
    from keraport.catalog.releases import Release
    from keraport.graphs import graph_pb2 as pb

_FOLDER = "registries"
_SUFFIX = ".pb.xz"
Registry = Mapping[str, "pb.Op"]
"""Definitions by the name of the operation."""


@cache
def known_versions() -> tuple[tuple[int, ...], ...]:
    """Versions of TensorFlow whose registry is known, in order."""
    folder = files("keraport.graphs") / _FOLDER
    names = [item.name for item in folder.iterdir() if item.name.endswith(_SUFFIX)]
    return tuple(sorted(numbers_of(name.removesuffix(_SUFFIX)) for name in names))


@cache
def registry(version: tuple[int, ...]) -> Registry:
    """The operations of a version that is known."""
    from keraport.graphs import graph_pb2 as pb

    name = f"{'.'.join(map(str, version))}{_SUFFIX}"
    packed = (files("keraport.graphs") / _FOLDER / name).read_bytes()
    listed = pb.OpList.FromString(lzma.decompress(packed))
    return MappingProxyType({op.name: op for op in listed.op})


def registry_of_target(release: Release) -> Registry:
    """The operations of a release that a graph is written for.

    Raises:
        UsageError: its registry is not known.
    """
    version = numbers_of(release.tensorflow)[:2]
    if version not in known_versions():
        known = ", ".join(f"tf{'.'.join(map(str, item))}" for item in known_versions())
        raise UsageError(
            f"graphs for {release.title} are not supported yet, expected one of {known}",
            hint="--to names the release that is to open the graph",
        )
    return registry(version)


def registry_of_writer(version: str) -> Registry:
    """The operations of the TensorFlow that wrote a file: later ones know those of earlier ones.

    Args:
        version: as the file says it; empty or odd for the newest.
    """
    try:
        wanted = numbers_of(".".join(version.split(".")[:2]))
    except ValueError:
        wanted = known_versions()[-1]
    later = [item for item in known_versions() if item >= wanted]
    return registry(later[0] if later else known_versions()[-1])
