"""Loops and branches that are functions, as the operations that TensorFlow 1 makes of them.

``While`` becomes Enter, Merge, Switch, NextIteration and Exit around its two functions, and ``If``
Switch and Merge (``python/ops/control_flow_ops.py`` of TensorFlow 1.12 builds the same).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from keraport.graphs.body import Body, Node, Ref
from keraport.graphs.site import BOOL, INT32, kind, number, on

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

        def moved(old: Ref) -> Ref:
            return given[old.node] if old.node in given else Ref(f"{prefix}/{old.node}", old.output)

        for node in body.nodes.values():
            controls = [
                given[name].node if name in given else f"{prefix}/{name}" for name in node.controls
            ]
            # Nodes of an inner loop wait for their own pivot; a Switch is no node to wait for.
            read = all(ref.node in free for ref in node.inputs)
            if read and not any(name in body.nodes for name in node.controls):
                controls.append(pivot)
            attrs = node.attrs
            if node.op == "Enter":
                attrs = {**attrs, "frame_name": _text(f"{prefix}/{_frame(node)}")}
            self.made.append(
                replace(
                    node,
                    name=f"{prefix}/{node.name}",
                    inputs=[moved(item) for item in node.inputs],
                    controls=controls,
                    attrs=attrs,
                )
            )
        ends = [f"{prefix}/{name}" for name in body.done if name in body.nodes]
        return [moved(item) for item in body.results], ends


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


class _Way(NamedTuple):
    """A branch: its function, what runs if it is taken, and the sides of conditions before it."""

    name: str
    pivot: Ref
    passed: list[tuple[Ref, int]]


class _Branches(_Part):
    def __init__(
        self, node: Node, function: Callable[[str], Body], registry: Mapping[str, pb.Op]
    ) -> None:
        super().__init__(node, function, registry)
        self._switches: dict[tuple[Ref, Ref], str] = {}

    def unfolded(self) -> tuple[list[Node], list[Ref]]:
        """Nodes, and what comes out of the branch that ran."""
        chosen, *rest = self.node.inputs
        attrs = self.node.attrs
        if self.node.op in BRANCHES:
            names = [attrs["else_branch"].func.name, attrs["then_branch"].func.name]
            return self._merged(self._ways(self._truth(chosen), names), rest)
        names = [item.name for item in attrs["branches"].list.func]
        return self._merged(self._choices(chosen, names), rest)

    def _truth(self, chosen: Ref) -> Ref:
        dtype = self.node.attrs["Tcond"].type
        if dtype == BOOL:
            return chosen
        return self.add("pred", "Cast", [chosen], [], SrcT=kind(dtype), DstT=kind(BOOL))

    def _ways(self, pred: Ref, names: list[str]) -> list[_Way]:
        """The side where a condition is false, and the one where it is true."""
        way = self.add("switch_pred", "Switch", [pred, pred], [*self.node.controls], T=kind(BOOL))
        pivots = [
            self.add(f"pivot_{side}", "Identity", [Ref(way.node, side)], [], T=kind(BOOL))
            for side in range(2)
        ]
        return [
            _Way(name, pivot, [(pred, side)])
            for side, (name, pivot) in enumerate(zip(names, pivots, strict=True))
        ]

    def _choices(self, index: Ref, names: list[str]) -> list[_Way]:
        """One switch after another: number 0 or not, 1 or not; the last takes all that is left."""
        ways, passed, pivot = list[_Way](), list[tuple[Ref, int]](), ""
        for at, name in enumerate(names[:-1]):
            index = self._through(f"index_{at}", index, INT32, passed[-1:])
            controls = [*self.node.controls] if at == 0 else [pivot]
            wanted = self._number(f"number_{at}", at, controls)
            pred = self.add(f"is_{at}", "Equal", [index, wanted], [], T=kind(INT32))
            taken, left = reversed(self._ends(at, pred))
            ways.append(_Way(name, taken, [*passed, (pred, 1)]))
            passed, pivot = [*passed, (pred, 0)], left.node
        if not passed:  # a single branch
            wanted = self._number("number_0", 0, [*self.node.controls])
            pred = self.add("is_0", "Equal", [wanted, wanted], [], T=kind(INT32))
            left, taken = self._ends(0, pred)
            return [_Way(names[-1], taken, [(pred, 1)])]
        return [*ways, _Way(names[-1], left, passed)]

    def _ends(self, at: int, pred: Ref) -> tuple[Ref, Ref]:
        way = self.add(f"switch_pred_{at}", "Switch", [pred, pred], [], T=kind(BOOL))
        left, taken = (
            self.add(f"pivot_{at}_{side}", "Identity", [Ref(way.node, side)], [], T=kind(BOOL))
            for side in range(2)
        )
        return left, taken

    def _number(self, name: str, value: int, controls: list[str]) -> Ref:
        from keraport.graphs import graph_pb2 as pb

        tensor = pb.Tensor(dtype=INT32, tensor_shape=pb.Shape(), int_val=[value])
        return self.add(
            name, "Const", [], controls, dtype=kind(INT32), value=pb.Attr(tensor=tensor)
        )

    def _through(self, name: str, ref: Ref, dtype: int, passed: list[tuple[Ref, int]]) -> Ref:
        """What is there on one side of each of these conditions alone."""
        for step, (pred, side) in enumerate(passed):
            # One for all branches: what is given to one of them alone is given once.
            if (ref, pred) not in self._switches:
                whole = f"{name}_{step}" if len(passed) > 1 else name
                made = self.add(whole, "Switch", [ref, pred], [], T=kind(dtype))
                self._switches[ref, pred] = made.node
            ref = Ref(self._switches[ref, pred], side)
        return ref

    def _merged(self, ways: list[_Way], inputs: list[Ref]) -> tuple[list[Node], list[Ref]]:
        """The functions of all ways, and what comes out of the one that is gone."""
        tin = [*self.node.attrs["Tin"].list.type]
        tout = [*self.node.attrs["Tout"].list.type]
        outs, ends = [], []
        for side, way in enumerate(ways):
            body = self.function(way.name)
            given = {
                argument: self._through(f"switch_{side}_{at}", ref, dtype, way.passed)
                for at, (argument, ref, dtype) in enumerate(
                    zip(body.arguments, inputs, tin, strict=True)
                )
            }
            results, done = self.put(f"branch_{side}", body, given, way.pivot.node, set())
            outs.append(
                [
                    self.add(
                        f"result_{side}_{at}",
                        "Identity",
                        [ref],
                        [*done, way.pivot.node],
                        T=kind(tout[at]),
                    )
                    for at, ref in enumerate(results)
                ]
            )
            ends.append(self.add(f"end_{side}", "Identity", [way.pivot], done, T=kind(BOOL)))
        out = [
            self._either(f"merge_{at}", refs, tout[at])
            for at, refs in enumerate(zip(*outs, strict=True))
        ]
        self._either("done", ends, BOOL)
        return self.made, out

    def _either(self, name: str, refs: Sequence[Ref], dtype: int) -> Ref:
        return self.add(name, "Merge", [*refs], [], T=kind(dtype), N=number(len(refs)))


def _frame(node: Node) -> str:
    return node.attrs["frame_name"].s.decode()


def _text(value: str) -> pb.Attr:
    from keraport.graphs import graph_pb2 as pb

    return pb.Attr(s=value.encode())


def _moved(ref: Ref, moved: Mapping[str, list[Ref]]) -> Ref:
    while ref.node in moved:
        ref = moved[ref.node][ref.output]
    return ref
