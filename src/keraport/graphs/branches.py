"""``If`` as Switch and Merge around its two functions."""

from __future__ import annotations

from typing import Final

from keraport.graphs.body import Body, Context, Ref
from keraport.graphs.part import Part, text_of
from keraport.graphs.site import BOOL, kind, number

BRANCHES: Final = frozenset({"If", "StatelessIf"})


class Branches(Part):
    """Unfolds one choice of two functions."""

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
        self.contexts.append(Context(context, "", f"{pivot.node}:0", text_of(pred), side))
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
