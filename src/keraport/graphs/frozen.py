"""A graph with constants in the place of its variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from keraport.graphs.body import Body, Node
from keraport.graphs.reads import GATHER, READ, of_value
from keraport.graphs.refusal import Refusal
from keraport.graphs.site import INT32, RESOURCE, kind

if TYPE_CHECKING:
    pass

Array = np.ndarray[tuple[int, ...], np.dtype[Any]]

_FORWARD: Final = frozenset({"Enter", "Exit", "Identity", "Merge", "NextIteration", "Switch"})
_SHAPE: Final = "VariableShape"


def variables_of(body: Body) -> list[str]:
    """Names of the nodes that are variables."""
    return [node.name for node in body.nodes.values() if node.op == "VarHandleOp"]


def unfrozen(body: Body) -> list[Refusal]:
    """What keeps a graph from being frozen.

    Args:
        body: the part that the signatures need.
    """
    found = []
    handles = _handles(body)
    for node in body.nodes.values():
        if "HashTable" in node.op:
            reason = "a table is filled by an initializer, which a GraphDef does not have"
            found.append(Refusal(node.name, node.op, reason, "convert without --frozen"))
        elif node.op not in (READ, GATHER, _SHAPE, *_FORWARD, "NoOp") and any(
            ref.node in handles for ref in node.inputs
        ):
            reason = "changes or hands on a variable, which would be a constant"
            found.append(Refusal(node.name, node.op, reason, "convert without --frozen"))
    return found


def frozen(body: Body, values: Mapping[str, Array], numbers: Mapping[str, int]) -> Body:
    """The body with constants.

    Args:
        body: the part that the signatures need, without refusals of `unfrozen`.
        values: of its variables, by the names of their nodes.
        numbers: of dtypes, by their names.
    """
    handles = _handles(body)
    nodes = {}
    for node in body.nodes.values():
        of = handles.get(node.name)
        if node.name in values:
            nodes[node.name] = _constant(node, values[node.name], numbers)
        elif of is not None:
            nodes[node.name] = replace(node, attrs={**node.attrs, "T": kind(of)})
        elif node.op == _SHAPE and node.inputs[0].node in handles:
            nodes[node.name] = _shape(node, handles[node.inputs[0].node])
        elif node.op in (READ, GATHER) and node.inputs[0].node in handles:
            nodes |= {item.name: item for item in of_value(node, handles[node.inputs[0].node])}
        else:
            nodes[node.name] = node
    return replace(body, nodes=nodes)


def _handles(body: Body) -> dict[str, int]:
    """Nodes that hand a variable on, with the dtype of its values."""
    found = {
        node.name: node.attrs["dtype"].type
        for node in body.nodes.values()
        if node.op == "VarHandleOp"
    }
    grown = -1
    while grown != len(found):
        grown = len(found)
        for node in body.nodes.values():
            if node.op not in _FORWARD or node.attrs["T"].type != RESOURCE:
                continue
            for ref in node.inputs:
                if ref.node in found:
                    found[node.name] = found[ref.node]
    return found


def _constant(node: Node, value: Array, numbers: Mapping[str, int]) -> Node:
    from keraport.graphs import graph_pb2 as pb

    dtype = numbers[value.dtype.name]
    shape = pb.Shape(dim=[pb.Shape.Dim(size=size) for size in value.shape])
    little = value.astype(value.dtype.newbyteorder("<"), copy=False)
    tensor = pb.Tensor(dtype=dtype, tensor_shape=shape, tensor_content=little.tobytes())
    attrs = {"dtype": kind(dtype), "value": pb.Attr(tensor=tensor)}
    return Node(node.name, "Const", [], [*node.controls], attrs)


def _shape(node: Node, dtype: int) -> Node:
    attrs = {"T": kind(dtype), "out_type": node.attrs.get("out_type", kind(INT32))}
    return replace(node, op="Shape", attrs=attrs)
