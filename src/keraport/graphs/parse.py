"""Graphs and functions of a file as bodies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from keraport.errors import DamagedFileError
from keraport.formats.limits import shown
from keraport.graphs.body import Body, Node, Ref, length

if TYPE_CHECKING:
    from keraport.graphs import graph_pb2 as pb

_HINT = "the directory is damaged: copy or download it again, or save the model again"


def body_of_graph(graph: pb.Graph, registry: Mapping[str, pb.Op], where: str) -> Body:
    """The nodes outside of functions.

    Raises:
        DamagedFileError: a node reads another that does not exist, or has a name twice.
    """
    nodes = {}
    for item in graph.node:
        data = [name for name in item.input if not name.startswith("^")]
        nodes[item.name] = _node(item, [_in_graph(name, where) for name in data], registry)
    _check(nodes, (), where, len(graph.node), registry)
    return Body(nodes)


def body_of_function(function: pb.Function, registry: Mapping[str, pb.Op], where: str) -> Body:
    """The nodes of a function, its arguments and results.

    Raises:
        DamagedFileError: a node reads another that does not exist, or an operation is unknown.
    """
    arguments = tuple(arg.name for arg in function.signature.input_arg)
    starts = {item.name: _starts(item, registry) for item in function.node_def}

    def ref(text: str) -> Ref:
        node, *rest = text.split(":")
        if not rest:
            return Ref(node, 0)
        try:
            output, number = rest
            return Ref(node, starts[node][output] + int(number))
        except (KeyError, ValueError):
            raise DamagedFileError(
                f"{where}: reads {shown(text)}, expected the output of a node", hint=_HINT
            ) from None

    nodes = {}
    for item in function.node_def:
        data = [name for name in item.input if not name.startswith("^")]
        nodes[item.name] = _node(item, [ref(name) for name in data], registry)
    _check(nodes, arguments, where, len(function.node_def), registry)
    results = []
    for arg in function.signature.output_arg:
        if arg.name not in function.ret:
            raise DamagedFileError(f"{where}: output {shown(arg.name)} is not made", hint=_HINT)
        results.append(ref(function.ret[arg.name]))
    done = [
        function.control_ret[name]
        for name in function.signature.control_output
        if name in function.control_ret
    ]
    for name in [result.node for result in results] + done:
        if name not in nodes and name not in arguments:
            raise DamagedFileError(f"{where}: node {shown(name)} does not exist", hint=_HINT)
    return Body(nodes, arguments, results, done)


def _node(item: pb.Node, inputs: list[Ref], registry: Mapping[str, pb.Op]) -> Node:
    """With the settings that files leave out, since they are the defaults of their release."""
    controls = [name[1:] for name in item.input if name.startswith("^")]
    attrs = dict(item.attr)
    op = registry.get(item.op)
    for setting in op.attr if op is not None else ():
        if setting.name not in attrs and setting.HasField("default_value"):
            attrs[setting.name] = setting.default_value
    return Node(item.name, item.op, inputs, controls, attrs, item.device)


def _in_graph(text: str, where: str) -> Ref:
    name, _, number = text.partition(":")
    if number and not (number.isascii() and number.isdigit() and len(number) < 6):
        raise DamagedFileError(
            f"{where}: reads {shown(text)}, expected a node and the number of its output",
            hint=_HINT,
        )
    return Ref(name, int(number or 0))


def _starts(item: pb.Node, registry: Mapping[str, pb.Op]) -> dict[str, int]:
    """Number of the first tensor of each output."""
    op = registry.get(item.op)
    if op is None:
        return {}
    starts, at = {}, 0
    for arg in op.output_arg:
        starts[arg.name] = at
        at += length(arg, item.attr)
    return starts


def _check(
    nodes: Mapping[str, Node],
    arguments: Iterable[str],
    where: str,
    count: int,
    registry: Mapping[str, pb.Op],
) -> None:
    if len(nodes) != count:
        raise DamagedFileError(f"{where}: two nodes have the same name", hint=_HINT)
    known = {*nodes, *arguments}
    for node in nodes.values():
        for ref in node.inputs:
            made = outputs_of(nodes[ref.node], registry) if ref.node in nodes else 1
            if made is not None and not 0 <= ref.output < made:
                raise DamagedFileError(
                    f"{where}: node {shown(node.name)} reads output {ref.output} of "
                    f"{shown(ref.node)}, which has {made}",
                    hint=_HINT,
                )
        for name in [ref.node for ref in node.inputs] + node.controls:
            if name not in known:
                raise DamagedFileError(
                    f"{where}: node {shown(node.name)} reads {shown(name)}, which does not exist",
                    hint=_HINT,
                )


def outputs_of(node: Node, registry: Mapping[str, pb.Op]) -> int | None:
    """How many outputs a node has; None if its release is not known to have the operation."""
    op = registry.get(node.op)
    return None if op is None else sum(length(arg, node.attrs) for arg in op.output_arg)
