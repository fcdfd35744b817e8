"""``While`` as Enter, Merge, Switch, NextIteration and Exit around its two functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from keraport.graphs.body import Body, Context, Ref
from keraport.graphs.part import Part, as_text
from keraport.graphs.site import kind, number, on

if TYPE_CHECKING:
    from keraport.graphs import graph_pb2 as pb

LOOPS: Final = frozenset({"While", "StatelessWhile"})
_PARALLEL: Final = 10
"""Iterations at once where a loop does not say; the default of TensorFlow."""


class Loop(Part):
    """Unfolds one loop."""

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
        frame, size = as_text(self.context), number(self._parallel())
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
