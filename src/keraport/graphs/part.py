"""What the unfolding of loops and of branches have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from keraport.errors import DamagedFileError
from keraport.formats.limits import shown
from keraport.graphs.body import Body, Context, Node, Ref
from keraport.graphs.reads import by_value, is_variable, only_read, read_of

if TYPE_CHECKING:
    from keraport.graphs import graph_pb2 as pb


class Part:
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
                attrs = {**attrs, "frame_name": as_text(f"{prefix}/{_frame(node)}")}
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
                inner = replace(inner, pred=text_of(moved(parsed(item.pred))))
            self.contexts.append(inner)
        ends = [f"{prefix}/{name}" for name in body.done if name in body.nodes]
        return [moved(item) for item in body.results], ends


def text_of(ref: Ref) -> str:
    """``name:0``."""
    return f"{ref.node}:{ref.output}"


def parsed(text: str) -> Ref:
    """What `text_of` made."""
    name, _, output = text.rpartition(":")
    return Ref(name, int(output))


def as_text(value: str) -> pb.Attr:
    """A setting that is text."""
    from keraport.graphs import graph_pb2 as pb

    return pb.Attr(s=value.encode())


def _frame(node: Node) -> str:
    return node.attrs["frame_name"].s.decode()
