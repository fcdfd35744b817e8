"""Bodies as graphs of a file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from keraport.graphs.body import Body, Node

if TYPE_CHECKING:
    from keraport.graphs import graph_pb2 as pb


def nodes_of_graph(body: Body) -> Iterable[pb.Node]:
    """The nodes of a graph; outputs by their numbers."""
    for node in body.nodes.values():
        yield _node(
            node, [f"{ref.node}:{ref.output}" if ref.output else ref.node for ref in node.inputs]
        )


def _node(node: Node, inputs: list[str]) -> pb.Node:
    from keraport.graphs import graph_pb2 as pb

    inputs = [*inputs, *(f"^{name}" for name in dict.fromkeys(node.controls))]
    return pb.Node(name=node.name, op=node.op, input=inputs, attr=node.attrs, device=node.device)
