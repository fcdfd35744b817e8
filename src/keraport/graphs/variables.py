"""Variables of a carried graph as TensorFlow 1 lists them: in collections, with an initializer."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from keraport.errors import DamagedFileError
from keraport.formats.limits import shown
from keraport.graphs.body import Body, Node, Ref
from keraport.graphs.site import INT32, STRING, Site, kind

if TYPE_CHECKING:
    from keraport.graphs import graph_pb2 as pb

_HANDLE = "VarHandleOp"
_LARGEST = 2**31 - 1


def with_variables(
    body: Body, trainable: Collection[str], where: str
) -> tuple[Body, list[pb.VariableDef]]:
    """The body with what reads and initializes its variables, and how TensorFlow 1 lists them.

    Args:
        body: whose variables are operations ``VarHandleOp``.
        trainable: names of those that training changes.
        where: the file, for messages.
    """
    from keraport.graphs import graph_pb2 as pb

    nodes, found = dict(body.nodes), []
    for handle in [node for node in body.nodes.values() if node.op == _HANDLE]:
        _require_size(handle, where)
        made = {node.name: node for node in _initialized(handle, nodes)}
        nodes |= made
        read, initial, assign = (name for name in list(made)[-3:])
        found.append(
            pb.VariableDef(
                variable_name=f"{handle.name}:0",
                initializer_name=assign,
                snapshot_name=f"{read}:0",
                initial_value_name=f"{initial}:0",
                is_resource=True,
                trainable=handle.name in trainable,
            )
        )
    return replace(body, nodes=nodes), found


def _require_size(handle: Node, where: str) -> None:
    largest = max((dim.size for dim in handle.attrs["shape"].shape.dim), default=0)
    if largest > _LARGEST:
        raise DamagedFileError(
            f"{where}: variable {shown(handle.name)} has a dimension of {largest:,}, expected "
            f"at most {_LARGEST:,}",
            hint="copy or download the directory again, or save the model again",
        )


def _initialized(handle: Node, taken: dict[str, Node]) -> Iterator[Node]:
    dtype = handle.attrs["dtype"].type
    sizes = [dim.size for dim in handle.attrs["shape"].shape.dim]
    site = Site(handle, taken)
    t = {"dtype": kind(dtype)}
    site.op("ReadVariableOp", [Ref(handle.name)], **t)
    read = site.made.pop()
    shape = site.const(np.maximum(np.asarray(sizes, np.int32), 1), INT32)
    zero = site.const(b"" if dtype == STRING else 0, dtype)
    yield from site.made
    yield read
    site.made.clear()
    value = site.op("Fill", [shape, zero], T=kind(dtype), index_type=kind(INT32))
    site.op("AssignVariableOp", [Ref(handle.name), value], **t)
    yield from site.made
