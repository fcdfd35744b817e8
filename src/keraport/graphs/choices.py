"""``Case`` as one ``If`` in another: number 0 or not, 1 or not; the last takes what is left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from keraport.graphs.body import Body, Node, Ref
from keraport.graphs.site import BOOL, INT32, Site, kind

if TYPE_CHECKING:
    from keraport.graphs import graph_pb2 as pb

CHOICES: Final = frozenset({"Case", "StatelessCase"})
_INDEX: Final = "choice_index"


class Choices:
    """Makes branches out of choices, and functions for them.

    Args:
        function: gives the body of a function of the file by its name.
    """

    def __init__(self, function: Callable[[str], Body]) -> None:
        self._function = function
        self._made: dict[str, Body] = {}

    def body(self, name: str) -> Body | None:
        """A function that was made here; None for those of the file."""
        return self._made.get(name)

    def as_branches(self, node: Node) -> list[Node]:
        """The nodes that ask whether the first is chosen; the last of them has the name."""
        names = [item.name for item in node.attrs["branches"].list.func]
        return self._asked(node, names, 0, [*node.inputs])

    def _asked(self, node: Node, names: list[str], at: int, inputs: list[Ref]) -> list[Node]:
        from keraport.graphs import graph_pb2 as pb

        index, site = inputs[0], Site(node, {})
        is_last = at >= len(names) - 1
        # Of a single function both sides are the same.
        wanted = index if is_last else site.const(at)
        chosen = site.op("Equal", [index, wanted], T=kind(INT32))
        types = [INT32, *node.attrs["Tin"].list.type]
        site.last(
            "If",
            [chosen, *inputs],
            Tcond=kind(BOOL),
            Tin=pb.Attr(list=pb.Attr.List(type=types)),
            Tout=node.attrs["Tout"],
            then_branch=self._taken(node, names[at]),
            else_branch=self._taken(node, names[-1])
            if at + 2 >= len(names)
            else self._left(node, names, at + 1),
        )
        return site.made

    def _taken(self, node: Node, name: str) -> pb.Attr:
        """A function of the file that is given the number, too."""
        body = self._function(name)
        return self._as(f"{node.name}/{name}", replace(body, arguments=(_INDEX, *body.arguments)))

    def _left(self, node: Node, names: list[str], at: int) -> pb.Attr:
        """A function that asks on."""
        inputs = [Ref(_INDEX), *(Ref(f"choice_{n}") for n in range(len(node.inputs) - 1))]
        asked = replace(node, name="choice", controls=[])
        nodes = self._asked(asked, names, at, inputs)
        results = [Ref("choice", n) for n in range(len(node.attrs["Tout"].list.type))]
        arguments = tuple(ref.node for ref in inputs)
        body = Body({item.name: item for item in nodes}, arguments, results, ["choice"])
        return self._as(f"{node.name}/choice_{at}", body)

    def _as(self, name: str, body: Body) -> pb.Attr:
        from keraport.graphs import graph_pb2 as pb

        # No function of a file has such a name.
        name = f"choice\0{name}"
        self._made[name] = body
        return pb.Attr(func=pb.FunctionName(name=name))
