"""Calls of functions replaced by what the functions do.

A call runs its body once its inputs are there. Nodes of the body get the name of the call in front;
what waits for the call waits for what the function says is done with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from keraport.errors import DamagedFileError, UnsafeFileError
from keraport.formats.limits import shown
from keraport.graphs.body import Body, Node, Ref

if TYPE_CHECKING:
    from keraport.graphs import graph_pb2 as pb

CALLS: Final = frozenset({"PartitionedCall", "StatefulPartitionedCall"})
"""Operations that call the function that their attribute ``f`` names."""
_DEEPEST: Final = 100
"""Calls in calls; those of Keras have a dozen."""
MOST_NODES: Final = 500_000
"""Nodes of a graph without calls: a function that calls another twice doubles it each time."""


class Inliner:
    """Replaces calls in bodies.

    Args:
        functions: of the file, by name.
        registry: operations of the release that wrote it.
        where: the file, for messages.
    """

    def __init__(
        self, functions: Mapping[str, Body], registry: Mapping[str, pb.Op], where: str
    ) -> None:
        self._functions = functions
        self._registry = registry
        self._where = where
        self._count = 0
        self._sizes: dict[str, int] = {}

    def inlined(self, body: Body, depth: int = 0) -> Body:
        """The body without calls of functions.

        Raises:
            UnsafeFileError: functions call each other too deeply, or a call is of no function.
        """
        nodes: dict[str, Node] = {}
        moved: dict[str, tuple[list[Ref], str]] = {}
        for node in body.nodes.values():
            self._counted(1)
            name = node.attrs["f"].func.name if "f" in node.attrs else ""
            if node.op not in CALLS:
                nodes[node.name] = replace(node, inputs=[*node.inputs], controls=[*node.controls])
                continue
            function = self._function(name, node, depth)
            # Before anything is copied: each level of calls copies what is under it.
            self._require_few(self._count + self._size(name, depth))
            moved[node.name] = self._called(node, function, nodes, depth)
        self._redirect(nodes, moved)
        results = [_moved(ref, moved) for ref in body.results]
        done = [moved[name][1] if name in moved else name for name in body.done]
        return replace(body, nodes=nodes, results=results, done=done)

    def _counted(self, number: int) -> None:
        self._count += number
        self._require_few(self._count)

    def _size(self, name: str, depth: int) -> int:
        """How many nodes a function has without calls; what calls too deeply is refused later."""
        if name not in self._sizes and depth <= _DEEPEST:
            self._sizes[name] = 0  # of a function that calls itself
            self._sizes[name] = sum(
                1 + (self._size(node.attrs["f"].func.name, depth + 1) if node.op in CALLS else 0)
                for node in self._functions[name].nodes.values()
                if node.op not in CALLS or node.attrs["f"].func.name in self._functions
            )
        return self._sizes.get(name, 0)

    def _require_few(self, number: int) -> None:
        if number > MOST_NODES:
            raise UnsafeFileError(
                f"{self._where}: its functions unfold to more than {MOST_NODES:,} nodes, which "
                "no model needs",
                hint="do not use this file",
            )

    def _function(self, name: str, node: Node, depth: int) -> Body:
        if depth > _DEEPEST:
            raise UnsafeFileError(
                f"{self._where}: functions call each other over {_DEEPEST} deep, at "
                f"{shown(name)}: recursion cannot be carried over",
                hint="do not use this file, or export the model without recursion",
            )
        if name not in self._functions:
            raise UnsafeFileError(
                f"{self._where}: node {shown(node.name)} calls {shown(name)}, which does not exist",
                hint="do not use this file",
            )
        function = self._functions[name]
        results = len(node.attrs["Tout"].list.type) if "Tout" in node.attrs else 0
        for kind, found, expected in (
            ("arguments", len(node.inputs), len(function.arguments)),
            ("results", results, len(function.results)),
        ):
            if found != expected:
                raise DamagedFileError(
                    f"{self._where}: node {shown(node.name)} calls {shown(name)} with {found} "
                    f"{kind}, expected {expected}",
                    hint="copy or download the directory again, or save the model again",
                )
        return function

    def _called(
        self, call: Node, function: Body, nodes: dict[str, Node], depth: int
    ) -> tuple[list[Ref], str]:
        """Put the nodes of a function in the place of a call; its outputs, and what ends it."""
        inner = self.inlined(function, depth + 1)
        given = dict(zip(inner.arguments, call.inputs, strict=False))
        start = _free(f"{call.name}/start", nodes)
        if call.controls:
            nodes[start] = Node(start, "NoOp", controls=[*call.controls])

        def ref(old: Ref) -> Ref:
            if old.node in given:
                return given[old.node]
            return Ref(f"{call.name}/{old.node}", old.output)

        for node in inner.nodes.values():
            name = f"{call.name}/{node.name}"
            controls = [
                given[item].node if item in given else f"{call.name}/{item}"
                for item in node.controls
            ]
            if call.controls and (self._is_stateful(node) or not node.inputs):
                controls.append(start)
            nodes[name] = replace(
                node, name=name, inputs=[ref(item) for item in node.inputs], controls=controls
            )
        results = [ref(item) for item in inner.results]
        ends = [given[item].node if item in given else f"{call.name}/{item}" for item in inner.done]
        return self._ended(call, results, ends, nodes)

    def _ended(
        self, call: Node, results: list[Ref], ends: list[str], nodes: dict[str, Node]
    ) -> tuple[list[Ref], str]:
        """Outputs that wait for all effects of a function, and the node that ends it."""
        # Only what changes something is waited for; else an output would wait for the others.
        acting = [name for name in ends if name in nodes and self._acts(nodes[name])]
        done = _free(f"{call.name}/done", nodes)
        waits = [*dict.fromkeys([*ends, *(result.node for result in results)])]
        nodes[done] = Node(done, "NoOp", controls=waits)
        if not acting:
            return results, done
        waiting = []
        for number, (result, dtype) in enumerate(
            zip(results, call.attrs["Tout"].list.type, strict=False)
        ):
            name = _free(f"{call.name}/result_{number}", nodes)
            nodes[name] = Node(name, "Identity", [result], [*acting], {"T": _type(dtype)})
            waiting.append(Ref(name))
        return waiting, done

    def _is_stateful(self, node: Node) -> bool:
        op = self._registry.get(node.op)
        return op is None or op.is_stateful

    def _acts(self, node: Node) -> bool:
        return node.op not in _ONLY_READ and (
            self._is_stateful(node) or node.op in ("NoOp", "Identity")
        )

    def _redirect(
        self, nodes: Mapping[str, Node], moved: Mapping[str, tuple[list[Ref], str]]
    ) -> None:
        for node in nodes.values():
            node.inputs = [_moved(ref, moved) for ref in node.inputs]
            node.controls = [moved[name][1] if name in moved else name for name in node.controls]


_ONLY_READ: Final = frozenset({"ReadVariableOp", "VarHandleOp", "ResourceGather", "Placeholder"})


def _moved(ref: Ref, moved: Mapping[str, tuple[list[Ref], str]]) -> Ref:
    seen = 0
    while ref.node in moved:
        ref = moved[ref.node][0][ref.output]
        seen += 1
        if seen > len(moved):  # calls that only hand each other's outputs round
            break
    return ref


def _free(name: str, taken: Mapping[str, object]) -> str:
    while name in taken:
        name += "_"
    return name


def _type(dtype: int) -> pb.Attr:
    from keraport.graphs import graph_pb2 as pb

    return pb.Attr(type=dtype)
