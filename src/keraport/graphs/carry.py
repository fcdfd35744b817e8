"""A SavedModel's graph in the operations of another release."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

from keraport.graphs.body import Body, Ref
from keraport.graphs.emit import nodes_of_graph
from keraport.graphs.flow import Flow
from keraport.graphs.inline import Inliner
from keraport.graphs.legal import Legalizer, Refusal
from keraport.graphs.lists import Arrays
from keraport.graphs.parse import body_of_function, body_of_graph

if TYPE_CHECKING:
    from keraport.graphs import graph_pb2 as pb


@dataclass(slots=True)
class Carried:
    """A graph for the target.

    Args:
        body: the nodes outside of functions.
        functions: bodies of loops and branches, by name.
        refusals: what cannot be carried over; nothing is to be written then.
        rewritten: how many nodes of an operation were expressed by others.
    """

    body: Body
    functions: dict[str, pb.Function] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    rewritten: dict[str, int] = field(default_factory=dict)


def carry(
    meta: pb.MetaGraph,
    source: Mapping[str, pb.Op],
    target: Mapping[str, pb.Op],
    release: str,
    where: str,
    results: Iterable[Ref],
    done: Iterable[str],
) -> Carried:
    """The part of a graph that some nodes need, for the target.

    Args:
        meta: as read.
        source: registry of the release that wrote it.
        target: registry of the release that is to run it.
        release: the target's id.
        where: the file, for messages.
        results: tensors that have to be there; those of the carried body take their place.
        done: names of nodes that have to be there, likewise.

    Raises:
        DamagedFileError: the graph contradicts itself.
        UnsafeFileError: its functions unfold without end.
    """
    originals = {item.signature.name: item for item in meta.graph_def.library.function}
    functions = {
        name: body_of_function(item, source, f"{where}: function {name}")
        for name, item in originals.items()
    }
    inliner = Inliner(functions, source, where)
    legalizer = Legalizer(source, target, release)

    @cache
    def function(name: str) -> Body:
        return flow.unfolded(legalizer.legal(needed(inliner.inlined(functions[name]))))

    flow = Flow(function, target)
    body = body_of_graph(meta.graph_def, source, where)
    body = inliner.inlined(replace(body, results=[*results], done=[*done]))
    body = flow.unfolded(legalizer.legal(needed(body)))
    if not legalizer.refusals:
        body = needed(Arrays(body).replaced())
    return Carried(body, {}, legalizer.refusals, legalizer.rewritten)


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


def graph_of(carried: Carried, versions: pb.Versions) -> pb.Graph:
    """The carried graph as it stands in a file."""
    from keraport.graphs import graph_pb2 as pb

    return pb.Graph(
        node=nodes_of_graph(carried.body),
        library=pb.Library(function=carried.functions.values()),
        versions=versions,
    )
