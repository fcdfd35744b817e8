"""Loops and branches that are functions, as the operations that TensorFlow 1 makes of them.

``While`` becomes Enter, Merge, Switch, NextIteration and Exit around its two functions, and ``If``
Switch and Merge (``python/ops/control_flow_ops.py`` of TensorFlow 1.12 builds the same).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from keraport.errors import UnsafeFileError
from keraport.graphs.body import Body, Context, Node, Ref
from keraport.graphs.branches import BRANCHES, Branches
from keraport.graphs.choices import CHOICES, Choices
from keraport.graphs.inline import MOST_NODES
from keraport.graphs.loops import LOOPS, Loop
from keraport.graphs.part import Part, parsed, text_of

if TYPE_CHECKING:
    from keraport.graphs import graph_pb2 as pb


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
                kind_of = Loop if node.op in LOOPS else Branches
                part: Part = kind_of(node, self._named, self._registry, self._where)
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
            else replace(item, pred=text_of(_moved(parsed(item.pred), moved)))
            for item in contexts
        ]
        return Body(nodes, body.arguments, results, done, contexts)


def _moved(ref: Ref, moved: Mapping[str, list[Ref]]) -> Ref:
    while ref.node in moved:
        ref = moved[ref.node][ref.output]
    return ref
