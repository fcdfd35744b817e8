"""Loops and branches that are functions, as the operations that TensorFlow 1 makes of them.

``While`` becomes Enter, Merge, Switch, NextIteration and Exit around its two functions, and ``If``
Switch and Merge (``python/ops/control_flow_ops.py`` of TensorFlow 1.12 builds the same).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from keraport.errors import DamagedFileError, UnsafeFileError
from keraport.formats.limits import shown
from keraport.graphs.body import Body, Context, Node, Ref
from keraport.graphs.choices import CHOICES, Choices
from keraport.graphs.inline import MOST_NODES
from keraport.graphs.reads import by_value, is_variable, only_read, read_of
from keraport.graphs.site import BOOL, kind, number, on

if TYPE_CHECKING:
    from keraport.graphs import graph_pb2 as pb

LOOPS: Final = frozenset({"While", "StatelessWhile"})
BRANCHES: Final = frozenset({"If", "StatelessIf"})
_PARALLEL: Final = 10
"""Iterations at once where a loop does not say; the default of TensorFlow."""


class Flow:
    """Unfolds the loops and branches of bodies.

    Args:
        function: gives the body of a function by its name, unfolded itself.
        registry: the target's.
        where: the file, for messages.
    """

    def __init__(
        self, function: Callable[[str], Body], registry: Mapping[str, pb.Op], where: str
    ) -> None:
        self._function = function
        self._registry = registry
        self._where = where
        self._count = 0
        self._choices = Choices(function)

    def _counted(self, number: int) -> None:
        self._count += number
        if self._count > MOST_NODES:
            raise UnsafeFileError(
                f"{self._where}: its loops unfold to more than {MOST_NODES:,} nodes, which no "
                "model needs",
                hint="do not use this file",
            )

    def _named(self, name: str) -> Body:
        made = self._choices.body(name)
        return self._function(name) if made is None else self.unfolded(made)

    def unfolded(self, body: Body) -> Body:
        """The body without functional loops and branches."""
        nodes: dict[str, Node] = {}
        moved: dict[str, list[Ref]] = {}
        contexts: list[Context] = []
        asked = [
            made
            for node in body.nodes.values()
            for made in (self._choices.as_branches(node) if node.op in CHOICES else [node])
        ]
        for node in asked:
            if node.op in LOOPS | BRANCHES:
                kind_of = _Loop if node.op in LOOPS else _Branches
                part: _Part = kind_of(node, self._named, self._registry, self._where)
                moved[node.name] = part.unfolded()
                nodes |= {item.name: item for item in part.made}
                contexts += part.contexts
                self._counted(len(part.made))
            else:
                nodes[node.name] = replace(node, inputs=[*node.inputs], controls=[*node.controls])
        for item in nodes.values():
            item.inputs = [_moved(ref, moved) for ref in item.inputs]
            item.controls = [f"{name}/done" if name in moved else name for name in item.controls]
        results = [_moved(ref, moved) for ref in body.results]
        done = [f"{name}/done" if name in moved else name for name in body.done]
        # What decides a loop or a branch may itself come out of one.
        contexts = [
            item
            if item.branch < 0
            else replace(item, pred=_text_of(_moved(_ref(item.pred), moved)))
            for item in contexts
        ]
        return Body(nodes, body.arguments, results, done, contexts)


class _Part:
    """What the nodes of a loop and of branches have in common.

    Args:
        node: the loop or the branches.
        function: gives bodies by name.
        registry: the target's.
        where: the file, for messages.
    """

    def __init__(
        self,
        node: Node,
        function: Callable[[str], Body],
        registry: Mapping[str, pb.Op],
        where: str,
    ) -> None:
        self.node = node
        self._function = function
        self.registry = registry
        self.where = where
        self.made: list[Node] = []
        self.contexts: list[Context] = []

    def unfolded(self) -> list[Ref]:
        """Make the nodes; what comes out."""
        raise NotImplementedError

    def function(self, name: str, arguments: int, results: int) -> Body:
        """The body of a function that takes and gives so much.

        Raises:
            DamagedFileError: it does not.
        """
        body = self._function(name)
        if (len(body.arguments), len(body.results)) != (arguments, results):
            raise DamagedFileError(
                f"{self.where}: node {shown(self.node.name)} runs {shown(name)} with {arguments} "
                f"arguments for {results} results, and it has {len(body.arguments)} and "
                f"{len(body.results)}",
                hint="copy or download the directory again, or save the model again",
            )
        return body

    def valued(
        self, bodies: Sequence[Body], inputs: list[Ref], dtypes: list[int], *, is_loop: bool
    ) -> list[Body]:
        """The functions with values for variables that they only read; those are read before.

        Args:
            bodies: the functions.
            inputs: what they are given; changed where a variable is read.
            dtypes: of that; changed likewise.
            is_loop: results are handed to the next iteration.
        """
        values = {}
        for at, dtype in enumerate(dtypes):
            read = only_read(bodies, at, is_loop=is_loop) if is_variable(dtype) else None
            if read is None:
                continue
            node = read_of(f"{self.node.name}/read_{at}", self.node, inputs[at], read)
            self.made.append(node)
            inputs[at], dtypes[at], values[at] = Ref(node.name), read, read
        return [by_value(body, values) for body in bodies] if values else [*bodies]

    def dtypes(self, attr: str, expected: int) -> list[int]:
        """A list of dtypes of so many tensors.

        Raises:
            DamagedFileError: the node has another number of them.
        """
        found = [*self.node.attrs[attr].list.type] if attr in self.node.attrs else []
        if len(found) != expected:
            raise DamagedFileError(
                f"{self.where}: node {shown(self.node.name)} says {len(found)} dtypes of "
                f"{expected} tensors",
                hint="copy or download the directory again, or save the model again",
            )
        return found

    def add(
        self,
        name: str,
        op: str,
        inputs: list[Ref],
        controls: Sequence[str] = (),
        *,
        context: str = "",
        **attrs: pb.Attr,
    ) -> Ref:
        """Another node under the name of this one."""
        whole = f"{self.node.name}/{name}"
        self.made.append(Node(whole, op, inputs, [*controls], attrs, context=context))
        return Ref(whole)

    def put(
        self,
        prefix: str,
        body: Body,
        given: Mapping[str, Ref],
        pivot: str,
        free: set[str],
        context: str,
    ) -> tuple[list[Ref], list[str]]:
        """Nodes of a function, its results, and what acts in it.

        Args:
            prefix: of their names.
            body: the function's.
            given: its arguments.
            pivot: name of a node that runs where these run.
            free: arguments that are there whether or not the function runs.
            context: of the nodes that are in no inner one.
        """
        prefix = f"{self.node.name}/{prefix}"

        def moved(old: Ref) -> Ref:
            return given[old.node] if old.node in given else Ref(f"{prefix}/{old.node}", old.output)

        for node in body.nodes.values():
            controls = [
                given[name].node if name in given else f"{prefix}/{name}" for name in node.controls
            ]
            # Nodes of an inner loop wait for their own pivot.
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
                    context=f"{prefix}/{node.context}" if node.context else context,
                )
            )
        for item in body.contexts:
            inner = item.under(prefix, context)
            if inner.branch >= 0:
                inner = replace(inner, pred=_text_of(moved(_ref(item.pred))))
            self.contexts.append(inner)
        ends = [f"{prefix}/{name}" for name in body.done if name in body.nodes]
        return [moved(item) for item in body.results], ends


class _Loop(_Part):
    def unfolded(self) -> list[Ref]:
        """Make the nodes; what comes out of the loop."""
        attrs = self.node.attrs
        count = len(self.node.inputs)
        self.dtype_of = self.dtypes("T", count)
        cond = self.function(attrs["cond"].func.name, count, 1)
        body = self.function(attrs["body"].func.name, count, count)
        self.inputs = [*self.node.inputs]
        cond, body = self.valued((cond, body), self.inputs, self.dtype_of, is_loop=True)
        self.context = f"{self.node.name}/while_context"
        self.changing = self._changing(body)
        enters = self._enters()
        merges = self._merges(enters)
        first = merges[self.changing[0]].node
        # The context comes before those that are in it.
        place = len(self.contexts)
        go_on = self._asked(cond, [merges.get(at, ref) for at, ref in enumerate(enters)], first)
        inside = [*enters]
        for at, merge in merges.items():
            switch = self._add(f"switch_{at}", "Switch", [merge, go_on], at)
            inside[at] = self._add(f"identity_{at}", "Identity", [Ref(switch.node, 1)], at)
        pivot = inside[self.changing[0]].node
        exits = self._exits(body, inside, pivot)
        self.contexts.insert(
            place,
            Context(
                self.context,
                "",
                go_on.node,
                first,
                body=pivot,
                enters=tuple(f"{ref.node}:0" for ref in enters),
                exits=tuple(f"{exits[at].node}:0" for at in self.changing),
                parallel=self._parallel(),
            ),
        )
        return exits

    def _changing(self, body: Body) -> list[int]:
        """Positions of what an iteration hands to the next."""
        pairs = zip(body.results, body.arguments, strict=True)
        found = [at for at, (result, argument) in enumerate(pairs) if result != Ref(argument)]
        return found or [*range(len(self.dtype_of))]

    def _parallel(self) -> int:
        said = self.node.attrs.get("parallel_iterations")
        return said.i if said is not None and said.i > 0 else _PARALLEL

    def _add(
        self,
        name: str,
        op: str,
        inputs: list[Ref],
        at: int,
        controls: Sequence[str] = (),
        **attrs: pb.Attr,
    ) -> Ref:
        attrs["T"] = kind(self.dtype_of[at])
        return self.add(name, op, inputs, controls, context=self.context, **attrs)

    def _enters(self) -> list[Ref]:
        frame, size = _text(self.context), number(self._parallel())
        return [
            self._add(
                f"enter_{at}",
                "Enter",
                [ref],
                at,
                self.node.controls,
                frame_name=frame,
                is_constant=on(at not in self.changing),
                parallel_iterations=size,
            )
            for at, ref in enumerate(self.inputs)
        ]

    def _merges(self, enters: list[Ref]) -> dict[int, Ref]:
        return {
            at: self._add(
                f"merge_{at}",
                "Merge",
                [enters[at], Ref(f"{self.node.name}/next_{at}")],
                at,
                N=number(2),
            )
            for at in self.changing
        }

    def _asked(self, cond: Body, given: list[Ref], pivot: str) -> Ref:
        """Whether the loop goes on."""
        looked = dict(zip(cond.arguments, given, strict=True))
        (go_on,), _ = self.put("cond", cond, looked, pivot, self._free(cond), self.context)
        return self.add("loop_cond", "LoopCond", [go_on], context=self.context)

    def _free(self, body: Body) -> set[str]:
        return {name for at, name in enumerate(body.arguments) if at not in self.changing}

    def _exits(self, body: Body, inside: list[Ref], pivot: str) -> list[Ref]:
        given = dict(zip(body.arguments, inside, strict=True))
        results, ends = self.put("body", body, given, pivot, self._free(body), self.context)
        out = [*self.node.inputs]
        for at in self.changing:
            waits = ends if at == self.changing[0] else []
            self._add(f"next_{at}", "NextIteration", [results[at]], at, waits)
            out[at] = self._add(f"exit_{at}", "Exit", [Ref(f"{self.node.name}/switch_{at}")], at)
        self.add("done", "NoOp", [], [out[at].node for at in self.changing])
        return out


class _Branches(_Part):
    def unfolded(self) -> list[Ref]:
        """Make the nodes; what comes out of the branch that ran."""
        chosen, *rest = self.node.inputs
        attrs = self.node.attrs
        names = [attrs["else_branch"].func.name, attrs["then_branch"].func.name]
        return self._switched(self._truth(chosen), rest, names)

    def _truth(self, chosen: Ref) -> Ref:
        dtype = self.node.attrs["Tcond"].type
        if dtype == BOOL:
            return chosen
        return self.add("pred", "Cast", [chosen], SrcT=kind(dtype), DstT=kind(BOOL))

    def _switched(self, pred: Ref, inputs: list[Ref], names: list[str]) -> list[Ref]:
        way = self.add("switch_pred", "Switch", [pred, pred], self.node.controls, T=kind(BOOL))
        self.tin = self.dtypes("Tin", len(inputs))
        count = len(self.node.attrs["Tout"].list.type)
        bodies = [self.function(name, len(inputs), count) for name in names]
        bodies = self.valued(bodies, inputs, self.tin, is_loop=False)
        sides = [self._side(side, body, pred, way, inputs) for side, body in enumerate(bodies)]
        out = [
            self.add(
                f"merge_{at}", "Merge", [side[0][at] for side in sides], T=kind(dtype), N=number(2)
            )
            for at, dtype in enumerate(self.node.attrs["Tout"].list.type)
        ]
        self.add("done", "Merge", [side[1] for side in sides], T=kind(BOOL), N=number(2))
        return out

    def _side(
        self, side: int, body: Body, pred: Ref, way: Ref, inputs: list[Ref]
    ) -> tuple[list[Ref], Ref]:
        """One branch: its results, and what is there when it has run."""
        context = f"{self.node.name}/cond_text_{side}"
        pivot = self.add(f"pivot_{side}", "Identity", [Ref(way.node, side)], T=kind(BOOL))
        self.contexts.append(Context(context, "", f"{pivot.node}:0", _text_of(pred), side))
        tout = self.node.attrs["Tout"].list.type
        given = {}
        for at, (argument, ref) in enumerate(zip(body.arguments, inputs, strict=True)):
            dtype = kind(self.tin[at])
            switch = self.add(
                f"switch_{side}_{at}", "Switch", [ref, pred], context=context, T=dtype
            )
            given[argument] = Ref(switch.node, side)
        results, ends = self.put(f"branch_{side}", body, given, pivot.node, set(), context)
        results = [
            self.add(
                f"result_{side}_{at}",
                "Identity",
                [ref],
                [*ends, pivot.node],
                context=context,
                T=kind(tout[at]),
            )
            for at, ref in enumerate(results)
        ]
        end = self.add(f"end_{side}", "Identity", [pivot], ends, context=context, T=kind(BOOL))
        return results, end


def _frame(node: Node) -> str:
    return node.attrs["frame_name"].s.decode()


def _text(value: str) -> pb.Attr:
    from keraport.graphs import graph_pb2 as pb

    return pb.Attr(s=value.encode())


def _text_of(ref: Ref) -> str:
    return f"{ref.node}:{ref.output}"


def _ref(text: str) -> Ref:
    name, _, output = text.rpartition(":")
    return Ref(name, int(output))


def _moved(ref: Ref, moved: Mapping[str, list[Ref]]) -> Ref:
    while ref.node in moved:
        ref = moved[ref.node][ref.output]
    return ref
