"""For which dtypes a release of TensorFlow has kernels on a CPU.

An operation that is registered for a dtype may have no kernel for it, and fails as it runs.
``registries/VERSION.kernels.xz`` is what ``tools/kernel_registry.py`` finds in real releases.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from keraport.catalog.spelling import numbers_of
from keraport.graphs.body import Node

if TYPE_CHECKING:
    from keraport.catalog.releases import Release

Kernels = Mapping[str, list[dict[str, list[int]]]]
"""By the operation: for each kernel the settings that it limits, with the dtypes it takes."""


def kernels_of_target(release: Release) -> Kernels:
    """The kernels of a release that a graph is written for; none if they are not known."""
    return _kernels(".".join(map(str, numbers_of(release.tensorflow)[:2])))


@cache
def _kernels(version: str) -> Kernels:
    path = files("keraport.graphs") / "registries" / f"{version}.kernels.xz"
    if not path.is_file():
        return {}
    found: Kernels = json.loads(lzma.decompress(path.read_bytes()))
    return found


def has_kernel(node: Node, kernels: Kernels) -> bool:
    """Whether a node can run, by the dtypes of its settings."""
    if not kernels:
        return True
    return any(
        all(_takes(node, name, dtypes) for name, dtypes in kernel.items())
        for kernel in kernels.get(node.op, ())
    )


def _takes(node: Node, name: str, dtypes: list[int]) -> bool:
    attr = node.attrs.get(name)
    if attr is None:
        return True
    given = [*attr.list.type] if attr.WhichOneof("value") == "list" else [attr.type]
    return all(dtype in dtypes for dtype in given)
