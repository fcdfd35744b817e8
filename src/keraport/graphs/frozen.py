"""A graph with constants in the place of its variables."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from keraport.graphs.body import Body, Node
from keraport.graphs.reads import GATHER, READ, of_value
from keraport.graphs.refusal import Refusal
from keraport.graphs.site import INT32, RESOURCE, kind

_FORWARD: Final = frozenset({"Enter", "Exit", "Identity", "Merge", "NextIteration", "Switch"})
_HANDLE: Final = "VarHandleOp"
_SHAPE: Final = "VariableShape"


def variables_of(body: Body) -> list[str]:
    """Names of the nodes that are variables."""
    return [node.name for node in body.nodes.values() if node.op == _HANDLE]


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


def frozen(body: Body) -> Body:
    """The body with constants in the place of variables; their values are not among the settings.

    Args:
        body: the part that the signatures need, without refusals of `unfrozen`.
    """
    handles = _handles(body)
    nodes = {}
    for node in body.nodes.values():
        of = handles.get(node.name)
        if node.op == _HANDLE:
            nodes[node.name] = _constant(node)
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
        node.name: node.attrs["dtype"].type for node in body.nodes.values() if node.op == _HANDLE
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


def _constant(node: Node) -> Node:
    """Its value is written straight from the checkpoint (`keraport.graphs.stream`)."""
    return Node(node.name, "Const", [], [*node.controls], {"dtype": node.attrs["dtype"]})


def _shape(node: Node, dtype: int) -> Node:
    attrs = {"T": kind(dtype), "out_type": node.attrs.get("out_type", kind(INT32))}
    return replace(node, op="Shape", attrs=attrs)
