"""Bodies as graphs and functions of a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from keraport.graphs.body import Body, Node, Ref, length

if TYPE_CHECKING:
    from keraport.graphs import graph_pb2 as pb


def nodes_of_graph(body: Body) -> Iterable[pb.Node]:
    """The nodes of a graph; outputs by their numbers."""
    for node in body.nodes.values():
        yield _node(
            node, [f"{ref.node}:{ref.output}" if ref.output else ref.node for ref in node.inputs]
        )


def function_of(original: pb.Function, body: Body, registry: Mapping[str, pb.Op]) -> pb.Function:
    """A function with another body; outputs by the names of the operation's.

    Args:
        original: whose signature it has.
        body: in the operations of the target.
        registry: the target's.
    """
    from keraport.graphs import graph_pb2 as pb

    def text(ref: Ref) -> str:
        if ref.node in body.arguments:
            return ref.node
        node = body.nodes[ref.node]
        at = 0
        for arg in registry[node.op].output_arg:
            count = length(arg, node.attrs)
            if ref.output < at + count:
                return f"{ref.node}:{arg.name}:{ref.output - at}"
            at += count
        raise KeyError(ref)

    signature = pb.Op()
    signature.CopyFrom(original.signature)
    del signature.control_output[:]
    names = [arg.name for arg in signature.output_arg]
    return pb.Function(
        signature=signature,
        node_def=[_node(node, [text(ref) for ref in node.inputs]) for node in body.nodes.values()],
        ret={name: text(ref) for name, ref in zip(names, body.results, strict=True)},
    )


def _node(node: Node, inputs: list[str]) -> pb.Node:
    from keraport.graphs import graph_pb2 as pb

    inputs = [*inputs, *(f"^{name}" for name in dict.fromkeys(node.controls))]
    return pb.Node(name=node.name, op=node.op, input=inputs, attr=node.attrs, device=node.device)
