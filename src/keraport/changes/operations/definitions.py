"""The operations that can be carried over, as the releases themselves define them.

``definitions.json`` is written by ``tools/build_operations.py`` out of the registries of real
TF 1.12.0 and TF 2.3.0.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import field
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from keraport.model import Value
from keraport.records import dataclass


@dataclass(frozen=True, slots=True)
class Attribute:
    """A setting of an operation.

    Args:
        kind: ``type``, ``int``, ``float``, ``bool``, ``string``, ``shape``, ``list(int)``, ...
        required: there is no default.
        default: the value where a node is silent.
        allowed: the values that TF 1.12 has a kernel for on a CPU; None for any.
    """

    kind: str
    required: bool
    default: Value = None
    allowed: tuple[Value, ...] | None = None


@dataclass(frozen=True, slots=True)
class Definition:
    """One operation.

    Args:
        name: as TF 2.3 calls it.
        inputs: for each a dtype or the attribute that says it; ``N*T`` for as many as N says,
            ``*Tlist`` for one for each item of a list of types.
        outputs: likewise.
        attributes: those that are kept.
        dropped: attributes that TF 1.12 does not know, with the value it always stands for.
        older: what TF 1.12 calls it; empty where it has nothing of the kind.
        stateful: each run may give something else.
    """

    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Attribute]
    dropped: Mapping[str, Value] = field(default_factory=dict)
    older: str = ""
    stateful: bool = False


@cache
def definitions() -> Mapping[str, Definition]:
    """All of them by name."""
    text = files("keraport.changes.operations").joinpath("definitions.json").read_text("utf-8")
    return MappingProxyType({name: _read(name, row) for name, row in json.loads(text).items()})


def _read(name: str, row: Mapping[str, Value]) -> Definition:
    return Definition(
        name,
        tuple(row["inputs"]),
        tuple(row["outputs"]),
        {key: _attribute(value) for key, value in row.get("attributes", {}).items()},
        row.get("dropped", {}),
        row.get("older", ""),
        row.get("stateful", False),
    )


def _attribute(row: Mapping[str, Value]) -> Attribute:
    allowed = row.get("allowed")
    return Attribute(
        row["type"],
        "default" not in row,
        row.get("default"),
        None if allowed is None else tuple(allowed),
    )
