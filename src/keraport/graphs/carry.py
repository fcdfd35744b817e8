"""A SavedModel's graph in the operations of another release."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import field, replace
from functools import partial
from typing import TYPE_CHECKING, Final

from keraport.errors import DamagedFileError, UnsafeFileError
from keraport.formats.limits import shown
from keraport.graphs.body import Body, Ref
from keraport.graphs.cells import with_cells
from keraport.graphs.flow import Flow
from keraport.graphs.harmless import refusals_of
from keraport.graphs.inline import Inliner
from keraport.graphs.kernels import Kernels
from keraport.graphs.legal import Legalizer
from keraport.graphs.lists import Arrays
from keraport.graphs.order import require_order
from keraport.graphs.parse import body_of_function, body_of_graph, outputs_of
from keraport.graphs.refusal import Refusal
from keraport.records import dataclass

if TYPE_CHECKING:
    from keraport.graphs import graph_pb2 as pb
    from keraport.graphs.registry import Registry

_HINT: Final = "copy or download the directory again, or save the model again"
_DEEPEST: Final = 50
"""Loops in loops; people write three."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """From which operations to which.

    Args:
        source: of the release that wrote the graph.
        target: of the release that is to run it.
        release: the target, for messages.
        where: the file, for messages.
        kernels: of the target.
    """

    source: Registry
    target: Registry
    release: str
    where: str
    kernels: Kernels = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ends:
    """What is asked of a graph from outside.

    Args:
        results: tensors of signatures.
        assets: tensors that hold names of files of the model.
        saver: tensors that saving needs.
        done: names of nodes that initialize or restore; those that restore come first.
        restores: how many of them restore.
    """

    results: tuple[Ref, ...]
    assets: tuple[Ref, ...] = ()
    saver: tuple[Ref, ...] = ()
    done: tuple[str, ...] = ()
    restores: int = 0


@dataclass(slots=True)
class Carried:
    """A graph for the target.

    Args:
        body: without functions; its results and what is done are the ends, in their order.
        refusals: what cannot be carried over; nothing is to be written then.
        rewritten: how many nodes of an operation were expressed by others.
    """

    body: Body
    refusals: list[Refusal] = field(default_factory=list)
    rewritten: dict[str, int] = field(default_factory=dict)


def carry(graph: pb.Graph, crossing: Crossing, ends: Ends) -> Carried:
    """The part of a graph that its ends need, for the target.

    Raises:
        DamagedFileError: the graph contradicts itself.
        UnsafeFileError: its functions unfold without end.
    """
    functions = _Functions(graph, crossing)
    body = body_of_graph(graph, crossing.source, crossing.where)
    results = [*ends.results, *ends.assets, *ends.saver]
    _require_nodes(body, results, ends.done, crossing)
    body = functions.inliner.inlined(replace(body, results=results, done=[*ends.done]))
    body = functions.legalizer.legal(needed(body))
    body = functions.flow.unfolded(body)
    refusals = [*functions.legalizer.refusals, *_harmful(body, ends)]
    if not refusals:
        arrays = Arrays(with_cells(body))
        body = needed(arrays.replaced())
        refusals += arrays.refusals
    if not refusals:
        require_order(body, crossing.where)
    return Carried(body, refusals, functions.legalizer.rewritten)


class _Functions:
    """The functions of a file, carried over when a loop or a branch asks for them."""

    def __init__(self, graph: pb.Graph, crossing: Crossing) -> None:
        where = crossing.where
        self._where = where
        self._bodies = {
            item.signature.name: body_of_function(
                item, crossing.source, f"{where}: function {shown(item.signature.name)}"
            )
            for item in graph.library.function
        }
        self._carried: dict[str, Body] = {}
        self._open: list[str] = []
        self.inliner = Inliner(self._bodies, crossing.source, where)
        self.legalizer = Legalizer(
            crossing.source, crossing.target, crossing.release, crossing.kernels
        )
        self.flow = Flow(partial(self._body), crossing.target, where)

    def _body(self, name: str) -> Body:
        if name in self._carried:
            return self._carried[name]
        if name in self._open or len(self._open) > _DEEPEST:
            raise UnsafeFileError(
                f"{self._where}: function {shown(name)} runs itself, or loops are nested over "
                f"{_DEEPEST} deep: recursion cannot be carried over",
                hint="do not use this file, or export the model without recursion",
            )
        if name not in self._bodies:
            raise DamagedFileError(
                f"{self._where}: function {shown(name)} does not exist",
                hint="copy or download the directory again, or save the model again",
            )
        self._open.append(name)
        body = self.legalizer.legal(needed(self.inliner.inlined(self._bodies[name])))
        self._carried[name] = self.flow.unfolded(body)
        self._open.pop()
        return self._carried[name]


def _require_nodes(
    body: Body, results: Collection[Ref], done: Collection[str], crossing: Crossing
) -> None:
    for name in [ref.node for ref in results] + [*done]:
        if name not in body.nodes:
            raise DamagedFileError(
                f"{crossing.where}: a signature or the saver names {shown(name)}, which is no node",
                hint=_HINT,
            )
    for ref in results:
        made = outputs_of(body.nodes[ref.node], crossing.source)
        if made is not None and ref.output >= made:
            raise DamagedFileError(
                f"{crossing.where}: a signature or the saver names output {ref.output} of "
                f"{shown(ref.node)}, which has {made}",
                hint=_HINT,
            )


def _harmful(body: Body, ends: Ends) -> list[Refusal]:
    asked = [*body.results[: len(ends.results)]]
    first = len(ends.results)
    assets = body.results[first : first + len(ends.assets)]
    computed = needed(replace(body, results=asked, done=body.done[ends.restores :]))
    return refusals_of(body, computed.nodes.keys(), assets)


def needed(body: Body) -> Body:
    """The body without nodes that neither its results nor what is done need.

    A loop keeps all of its exits: gradients of what an iteration hands to the next go through them.
    """
    exits = {
        item.pivot: [name.partition(":")[0] for name in item.exits]
        for item in body.contexts
        if item.exits
    }
    waiting, found = [ref.node for ref in body.results] + body.done, set[str]()
    while waiting:
        name = waiting.pop()
        if name in found or name not in body.nodes:
            continue
        found.add(name)
        node = body.nodes[name]
        waiting += [*(ref.node for ref in node.inputs), *node.controls, *exits.get(name, ())]
    nodes = {name: node for name, node in body.nodes.items() if name in found}
    kept = [item for item in body.contexts if item.pivot.partition(":")[0] in found]
    return replace(body, nodes=nodes, contexts=kept)
