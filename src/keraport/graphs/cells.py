"""Lists of one element as that element: loops write it over and over, which no array allows.

Keras 2.4 and later keep the last output of a recurrent layer so.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from keraport.graphs.body import Body, Node, Ref
from keraport.graphs.forks import FORWARD
from keraport.graphs.site import INT32, VARIANT, array_of, kind

if TYPE_CHECKING:
    from keraport.graphs import graph_pb2 as pb

_MAKE: Final = "TensorListReserve"
_SET: Final = "TensorListSetItem"
_READ: Final = frozenset({"TensorListGetItem", "TensorListStack", "TensorListLength"})


def with_cells(body: Body) -> Body:
    """The graph with elements in the place of lists that have a single one.

    Args:
        body: the graph, whose loops are unfolded.
    """
    readers: dict[str, list[Node]] = {}
    for node in body.nodes.values():
        for ref in node.inputs:
            readers.setdefault(ref.node, []).append(node)
    nodes = dict(body.nodes)
    for root in body.nodes.values():
        if root.op != _MAKE or _number(body, root.inputs[1]) != 1:
            continue
        carriers = _carriers(body, root, readers)
        if carriers is None:
            continue
        dtype = root.attrs["element_dtype"]
        for name in carriers:
            for item in _as_element(body, body.nodes[name], dtype):
                nodes[item.name] = item
            for reader in readers.get(name, ()):
                if reader.op in _READ:
                    nodes |= {item.name: item for item in _read(reader, dtype)}
    return replace(body, nodes=nodes)


def _number(body: Body, ref: Ref) -> int | None:
    node = body.nodes[ref.node]
    while node.op in ("Identity", "Enter"):
        node = body.nodes[node.inputs[0].node]
    value = array_of(node.attrs["value"].tensor) if node.op == "Const" else None
    return int(value) if value is not None and value.ndim == 0 else None


def _carriers(body: Body, root: Node, readers: dict[str, list[Node]]) -> list[str] | None:
    """The nodes whose outputs are the list; None if something else is done with it."""
    found, waiting = [root.name], [root.name]
    while waiting:
        name = waiting.pop()
        for reader in readers.get(name, ()):
            is_first = reader.inputs[0].node == name
            if reader.op in _READ and is_first:
                continue
            carries = (reader.op == _SET and is_first) or (
                reader.op in FORWARD and reader.attrs["T"].type == VARIANT
            )
            if not carries:
                return None
            if reader.name not in found:
                found.append(reader.name)
                waiting.append(reader.name)
    # A Merge may be given other lists, too.
    mine = set(found)
    for name in found[1:]:
        node = body.nodes[name]
        lists = node.inputs if node.op == "Merge" else node.inputs[:1]
        if any(ref.node not in mine for ref in lists):
            return None
    return found


def _as_element(body: Body, node: Node, dtype: pb.Attr) -> list[Node]:
    if node.op == _MAKE:
        return [_nothing(body, node, dtype)]
    if node.op == _SET:
        return [replace(node, op="Identity", inputs=node.inputs[2:3], attrs={"T": dtype})]
    return [replace(node, attrs={**node.attrs, "T": dtype})]


def _nothing(body: Body, node: Node, dtype: pb.Attr) -> Node:
    """What is there before the element is written: open sizes are 0."""
    from keraport.graphs import graph_pb2 as pb

    shape = body.nodes[node.inputs[0].node]
    sizes = array_of(shape.attrs["value"].tensor) if shape.op == "Const" else None
    if sizes is None or sizes.ndim != 1:
        sizes = np.zeros(1, np.int32)
    dims = [pb.Shape.Dim(size=max(int(size), 0)) for size in sizes]
    empty = pb.Tensor(dtype=dtype.type, tensor_shape=pb.Shape(dim=dims))
    waits = [*node.controls, *dict.fromkeys(ref.node for ref in node.inputs)]
    attrs = {"dtype": dtype, "value": pb.Attr(tensor=empty)}
    return replace(node, op="Const", inputs=[], controls=waits, attrs=attrs)


def _read(node: Node, dtype: pb.Attr) -> list[Node]:
    from keraport.graphs import graph_pb2 as pb

    element = node.inputs[0]
    if node.op == "TensorListGetItem":
        return [replace(node, op="Identity", inputs=[element], attrs={"T": dtype})]
    one = int(node.op == "TensorListLength")
    number = pb.Attr(tensor=pb.Tensor(dtype=INT32, tensor_shape=pb.Shape(), int_val=[one]))
    attrs = {"dtype": kind(INT32), "value": number}
    if one:
        waits = [*node.controls, element.node]
        return [replace(node, op="Const", inputs=[], controls=waits, attrs=attrs)]
    axis = Node(f"{node.name}/axis", "Const", [], [element.node], attrs, context=node.context)
    kinds = {"T": dtype, "Tdim": kind(INT32)}
    return [axis, replace(node, op="ExpandDims", inputs=[element, Ref(axis.name)], attrs=kinds)]
