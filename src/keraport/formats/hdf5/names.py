"""Under which names weights are stored, so that none hides another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from keraport.formats.limits import components
from keraport.model import WeightGroup


def stored_names(groups: Sequence[WeightGroup], where: str) -> tuple[tuple[str, ...], ...]:
    """A name for each weight of each group, its own wherever that is free.

    HDF5 paths share one tree: the layer ``a`` may not store a weight ``b`` where the layer ``a/b``
    has its group, and a weight ``b`` leaves no room for ``b/c``. Keras reads weights by position,
    so another name does no harm.

    Args:
        groups: as they will be written.
        where: the file, for messages.
    """
    taken_groups: set[str] = set()
    for group in groups:
        taken_groups.update(_prefixes("/".join(components(group.layer, where))))
    datasets: set[str] = set()
    result: list[tuple[str, ...]] = []
    for group in groups:
        layer = "/".join(components(group.layer, where))
        names: list[str] = []
        for weight in group.weights:
            for name in _candidates("/".join(components(weight.name, where))):
                path = f"{layer}/{name}"
                above = set(_prefixes(path)) - {path}
                if path not in datasets and path not in taken_groups and not above & datasets:
                    break
            datasets.add(path)
            taken_groups |= above
            names.append(name)
        result.append(tuple(names))
    return tuple(result)


def _prefixes(path: str) -> Iterator[str]:
    """``a``, ``a/b``, ``a/b/c`` of ``a/b/c``."""
    parts = path.split("/")
    return ("/".join(parts[:length]) for length in range(1, len(parts) + 1))


def _candidates(name: str) -> Iterator[str]:
    """``a/kernel:0``, then ``a_kernel_1:0``, ``a_kernel_2:0``, ..."""
    yield name
    stem, colon, number = name.replace("/", "_").partition(":")
    counter = 1
    while True:
        yield f"{stem}_{counter}{colon}{number}"
        counter += 1
