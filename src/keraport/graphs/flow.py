"""Loops and branches that are functions, as the operations that TensorFlow 1 makes of them.

``While`` becomes Enter, Merge, Switch, NextIteration and Exit around its two functions, and ``If``
Switch and Merge (``python/ops/control_flow_ops.py`` of TensorFlow 1.12 builds the same).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from keraport.graphs.body import Body, Node, Ref
from keraport.graphs.site import BOOL, kind, number, on

if TYPE_CHECKING:
    from keraport.graphs import graph_pb2 as pb

LOOPS: Final = frozenset({"While", "StatelessWhile"})
BRANCHES: Final = frozenset({"If", "StatelessIf"})
CHOICES: Final = frozenset({"Case", "StatelessCase"})
_PARALLEL: Final = 10
"""Iterations at once where a loop does not say; the default of TensorFlow."""


class Flow:
    """Unfolds the loops and branches of bodies.

    Args:
        function: gives the body of a function by its name, unfolded itself.
        registry: the target's.
    """

    def __init__(self, function: Callable[[str], Body], registry: Mapping[str, pb.Op]) -> None:
        self._function = function
        self._registry = registry

    def unfolded(self, body: Body) -> Body:
        """The body without functional loops and branches."""
        nodes: dict[str, Node] = {}
        moved: dict[str, list[Ref]] = {}
        for node in body.nodes.values():
            if node.op in LOOPS:
                made, moved[node.name] = _Loop(node, self._function, self._registry).unfolded()
            elif node.op in BRANCHES | CHOICES:
                made, moved[node.name] = _Branches(node, self._function, self._registry).unfolded()
            else:
                made = [replace(node, inputs=[*node.inputs], controls=[*node.controls])]
            nodes |= {item.name: item for item in made}
        for item in nodes.values():
            item.inputs = [_moved(ref, moved) for ref in item.inputs]
            item.controls = [f"{name}/done" if name in moved else name for name in item.controls]
        results = [_moved(ref, moved) for ref in body.results]
        done = [f"{name}/done" if name in moved else name for name in body.done]
        return Body(nodes, body.arguments, results, done)


class _Part:
    """What the nodes of a loop and of branches have in common.

    Args:
        node: the loop or the branches.
        function: gives bodies by name.
        registry: the target's.
    """

    def __init__(
        self, node: Node, function: Callable[[str], Body], registry: Mapping[str, pb.Op]
    ) -> None:
        self.node = node
        self.function = function
        self.registry = registry
        self.made: list[Node] = []

    def add(
        self, name: str, op: str, inputs: list[Ref], controls: list[str], **attrs: pb.Attr
    ) -> Ref:
        """Another node under the name of this one."""
        whole = f"{self.node.name}/{name}"
        self.made.append(Node(whole, op, inputs, controls, attrs))
        return Ref(whole)

    def put(
        self, prefix: str, body: Body, given: Mapping[str, Ref], pivot: str, free: set[str]
    ) -> tuple[list[Ref], list[str]]:
        """Nodes of a function, its results, and what acts in it.

        Args:
            prefix: of their names.
            body: the function's.
            given: its arguments.
            pivot: name of a node that runs where these run.
            free: arguments that are there whether or not the function runs.
        """
        prefix = f"{self.node.name}/{prefix}"

        def ref(old: Ref) -> Ref:
            return given[old.node] if old.node in given else Ref(f"{prefix}/{old.node}", old.output)

        for node in body.nodes.values():
            controls = [
                given[name].node if name in given else f"{prefix}/{name}" for name in node.controls
            ]
            if all(item.node in free for item in node.inputs) or self.acts(node):
                controls.append(pivot)
            attrs = node.attrs
            if node.op == "Enter":
                attrs = {**attrs, "frame_name": _text(f"{prefix}/{_frame(node)}")}
            self.made.append(
                replace(
                    node,
                    name=f"{prefix}/{node.name}",
                    inputs=[ref(item) for item in node.inputs],
                    controls=controls,
                    attrs=attrs,
                )
            )
        ends = [f"{prefix}/{name}" for name in body.done if name in body.nodes]
        return [ref(item) for item in body.results], ends

    def acts(self, node: Node) -> bool:
        """Whether it matters if a node runs that nothing reads."""
        op = self.registry.get(node.op)
        return op is not None and op.is_stateful


class _Loop(_Part):
    def unfolded(self) -> tuple[list[Node], list[Ref]]:
        """Nodes, and what comes out of the loop."""
        cond = self.function(self.node.attrs["cond"].func.name)
        body = self.function(self.node.attrs["body"].func.name)
        dtypes = [*self.node.attrs["T"].list.type]
        fixed = [
            result == Ref(argument)
            for result, argument in zip(body.results, body.arguments, strict=True)
        ]
        if all(fixed):
            fixed = [False] * len(fixed)
        enters = self._enters(dtypes, fixed)
        merges = {
            at: self.add(
                f"merge_{at}",
                "Merge",
                [ref, Ref(self._next(at))],
                [],
                T=kind(dtypes[at]),
                N=number(2),
            )
            for at, ref in enumerate(enters)
            if not fixed[at]
        }
        first = next(iter(merges))
        looked = dict(
            zip(cond.arguments, [merges.get(n, r) for n, r in enumerate(enters)], strict=True)
        )
        free = {name for name, still in zip(cond.arguments, fixed, strict=True) if still}
        (go_on,), _ = self.put("cond", cond, looked, merges[first].node, free)
        go_on = self.add("loop_cond", "LoopCond", [go_on], [])
        inside = [*enters]
        for at, merge in merges.items():
            switch = self.add(f"switch_{at}", "Switch", [merge, go_on], [], T=kind(dtypes[at]))
            inside[at] = self.add(
                f"identity_{at}", "Identity", [Ref(switch.node, 1)], [], T=kind(dtypes[at])
            )
        free = {name for name, still in zip(body.arguments, fixed, strict=True) if still}
        given = dict(zip(body.arguments, inside, strict=True))
        results, ends = self.put("body", body, given, inside[first].node, free)
        out = []
        for at, (result, dtype) in enumerate(zip(results, dtypes, strict=True)):
            if fixed[at]:
                out.append(self.node.inputs[at])
                continue
            waits = ends if at == first else []
            self.add(f"next_{at}", "NextIteration", [result], waits, T=kind(dtype))
            left = Ref(f"{self.node.name}/switch_{at}", 0)
            out.append(self.add(f"exit_{at}", "Exit", [left], [], T=kind(dtype)))
        self.add("done", "NoOp", [], [out[at].node for at in merges])
        return self.made, out

    def _next(self, at: int) -> str:
        return f"{self.node.name}/next_{at}"

    def _enters(self, dtypes: list[int], fixed: list[bool]) -> list[Ref]:
        parallel = self.node.attrs.get("parallel_iterations")
        size = parallel.i if parallel is not None and parallel.i > 0 else _PARALLEL
        return [
            self.add(
                f"enter_{at}",
                "Enter",
                [ref],
                [*self.node.controls],
                T=kind(dtype),
                frame_name=_text(self.node.name),
                is_constant=on(still),
                parallel_iterations=number(size),
            )
            for at, (ref, dtype, still) in enumerate(
                zip(self.node.inputs, dtypes, fixed, strict=True)
            )
        ]


class _Branches(_Part):
    def unfolded(self) -> tuple[list[Node], list[Ref]]:
        """Nodes, and what comes out of the branch that ran."""
        chosen, *rest = self.node.inputs
        attrs = self.node.attrs
        if self.node.op in BRANCHES:
            names = [attrs["else_branch"].func.name, attrs["then_branch"].func.name]
            pred = self._truth(chosen)
            return self._switched(pred, rest, names)
        names = [item.name for item in attrs["branches"].list.func]
        raise NotImplementedError(names)

    def _truth(self, chosen: Ref) -> Ref:
        dtype = self.node.attrs["Tcond"].type
        if dtype == BOOL:
            return chosen
        return self.add("pred", "Cast", [chosen], [], SrcT=kind(dtype), DstT=kind(BOOL))

    def _switched(
        self, pred: Ref, inputs: list[Ref], names: list[str]
    ) -> tuple[list[Node], list[Ref]]:
        tin = [*self.node.attrs["Tin"].list.type]
        tout = [*self.node.attrs["Tout"].list.type]
        way = self.add("switch_pred", "Switch", [pred, pred], [*self.node.controls], T=kind(BOOL))
        sides = []
        switches = [
            self.add(f"switch_{at}", "Switch", [ref, pred], [], T=kind(dtype))
            for at, (ref, dtype) in enumerate(zip(inputs, tin, strict=True))
        ]
        for side, name in enumerate(names):
            pivot = self.add(f"pivot_{side}", "Identity", [Ref(way.node, side)], [], T=kind(BOOL))
            body = self.function(name)
            given = {
                argument: Ref(switch.node, side)
                for argument, switch in zip(body.arguments, switches, strict=True)
            }
            results, ends = self.put(f"branch_{side}", body, given, pivot.node, set())
            results = [
                self.add(
                    f"result_{side}_{at}", "Identity", [ref], [*ends, pivot.node], T=kind(tout[at])
                )
                for at, ref in enumerate(results)
            ]
            end = self.add(f"end_{side}", "Identity", [pivot], ends, T=kind(BOOL))
            sides.append((results, end))
        out = [
            self.add(
                f"merge_{at}",
                "Merge",
                [sides[0][0][at], sides[1][0][at]],
                [],
                T=kind(dtype),
                N=number(2),
            )
            for at, dtype in enumerate(tout)
        ]
        self.add("done", "Merge", [sides[0][1], sides[1][1]], [], T=kind(BOOL), N=number(2))
        return self.made, out


def _frame(node: Node) -> str:
    return node.attrs["frame_name"].s.decode()


def _text(value: str) -> pb.Attr:
    from keraport.graphs import graph_pb2 as pb

    return pb.Attr(s=value.encode())


def _moved(ref: Ref, moved: Mapping[str, list[Ref]]) -> Ref:
    while ref.node in moved:
        ref = moved[ref.node][ref.output]
    return ref
