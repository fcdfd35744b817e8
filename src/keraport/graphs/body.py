"""A graph, or the body of a function, as nodes whose inputs are numbered outputs of others.

Nodes of a graph say ``name:2`` and those of a function ``name:output:0``; here both are a `Ref`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import TYPE_CHECKING, NamedTuple

from keraport.records import dataclass

if TYPE_CHECKING:
    from keraport.graphs import graph_pb2 as pb


class Ref(NamedTuple):
    """The output of a node by its number; an argument of a function has the number 0."""

    node: str
    output: int = 0


@dataclass(slots=True)
class Node:
    """One operation.

    Args:
        name: in its body.
        op: name of the operation.
        inputs: what it is given, in order.
        controls: names of nodes that have to run before.
        attrs: its settings; messages are shared, and replaced rather than changed.
        device: that was asked for.
        context: name of the loop or branch that it is in; empty outside of all.
    """

    name: str
    op: str
    inputs: list[Ref] = field(default_factory=list)
    controls: list[str] = field(default_factory=list)
    attrs: dict[str, pb.Attr] = field(default_factory=dict)
    device: str = ""
    context: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """A loop or a branch, as TensorFlow 1 lists it for gradients.

    Args:
        name: of the context.
        outer: name of the one that it is in; empty for none.
        pivot: of a loop what decides whether it goes on, of a branch what runs where it does.
        pred: of a loop the node whose nodes decide that, of a branch the tensor that chooses it.
        branch: 1 where a branch is taken if that is true, else 0; -1 for a loop.
        body: of a loop the node that runs where its body does.
        enters: tensors that go into a loop.
        exits: tensors that come out of it.
        parallel: iterations of a loop at once.
    """

    name: str
    outer: str
    pivot: str
    pred: str
    branch: int = -1
    body: str = ""
    enters: tuple[str, ...] = ()
    exits: tuple[str, ...] = ()
    parallel: int = 10

    def under(self, prefix: str, outer: str) -> Context:
        """The context in another place.

        Args:
            prefix: before the names of its nodes.
            outer: the context around it there.
        """
        return Context(
            f"{prefix}/{self.name}",
            f"{prefix}/{self.outer}" if self.outer else outer,
            f"{prefix}/{self.pivot}",
            f"{prefix}/{self.pred}",
            self.branch,
            f"{prefix}/{self.body}" if self.body else "",
            tuple(f"{prefix}/{name}" for name in self.enters),
            tuple(f"{prefix}/{name}" for name in self.exits),
            self.parallel,
        )


@dataclass(slots=True)
class Body:
    """Nodes, and for a function what goes in and out.

    Args:
        nodes: by name, in the order of the file.
        arguments: names that inputs may refer to beside nodes.
        results: of a function, in the order of its outputs.
        done: names of nodes that run whenever the function does.
        contexts: loops and branches that were unfolded, outer ones first.
    """

    nodes: dict[str, Node]
    arguments: tuple[str, ...] = ()
    results: list[Ref] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    contexts: list[Context] = field(default_factory=list)


def length(arg: pb.Op.Arg, attrs: Mapping[str, pb.Attr]) -> int:
    """How many tensors an argument of an operation stands for; 0 where a node does not say it."""
    if arg.number_attr:
        return int(attrs[arg.number_attr].i) if arg.number_attr in attrs else 0
    if arg.type_list_attr:
        listed = attrs.get(arg.type_list_attr)
        return 0 if listed is None else len(listed.list.type)
    return 1


def dtypes(args: Iterable[pb.Op.Arg], attrs: Mapping[str, pb.Attr]) -> list[int]:
    """The dtype of each tensor that arguments stand for."""
    found: list[int] = []
    for arg in args:
        if arg.type_list_attr:
            found += attrs[arg.type_list_attr].list.type
            continue
        dtype = attrs[arg.type_attr].type if arg.type_attr else arg.type
        found += [dtype] * length(arg, attrs)
    return found
