"""Variables by their values, where nothing but reading is done with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from keraport.graphs.body import Body, Node, Ref
from keraport.graphs.site import INT32, RESOURCE, kind

if TYPE_CHECKING:
    from keraport.graphs import graph_pb2 as pb

READ: Final = "ReadVariableOp"
GATHER: Final = "ResourceGather"
_DTYPES: Final = {READ: "dtype", GATHER: "dtype"}
"""Operations that read a variable, and what says the dtype of its values."""


def of_value(node: Node, dtype: int) -> list[Node]:
    """What a node that reads a variable becomes, where it is given its value instead.

    Args:
        node: a `READ` or a `GATHER`.
        dtype: of the values.
    """
    from keraport.graphs import graph_pb2 as pb

    if node.op == READ:
        return [replace(node, op="Identity", attrs={"T": kind(dtype)})]
    zero = pb.Attr(tensor=pb.Tensor(dtype=INT32, tensor_shape=pb.Shape(), int_val=[0]))
    axis = Node(
        f"{node.name}/axis",
        "Const",
        [],
        [node.inputs[1].node],
        {"dtype": kind(INT32), "value": zero},
        context=node.context,
    )
    types = {"Tparams": kind(dtype), "Tindices": node.attrs["Tindices"], "Taxis": kind(INT32)}
    inputs = [*node.inputs, Ref(axis.name)]
    return [axis, replace(node, op="GatherV2", inputs=inputs, attrs=types)]


def only_read(bodies: Sequence[Body], at: int, *, is_loop: bool) -> int | None:
    """The dtype of a variable that functions read, and do nothing else with.

    Gradients of loops and branches go through values, and not through handles of variables.

    Args:
        bodies: the functions of a loop, or of branches.
        at: the number of the argument.
        is_loop: the argument is handed on, as the result of the same number.

    Returns:
        None if it is used otherwise, or not at all.
    """
    found = set[int]()
    for body in bodies:
        argument = body.arguments[at]
        for node in body.nodes.values():
            if argument in node.controls:
                return None
            for place, ref in enumerate(node.inputs):
                if ref.node != argument:
                    continue
                if node.op not in _DTYPES or place != 0:
                    return None
                found.add(node.attrs[_DTYPES[node.op]].type)
        handed = [n for n, ref in enumerate(body.results) if ref.node == argument]
        if handed and not (is_loop and handed == [at]):
            return None
    return found.pop() if len(found) == 1 else None


def by_value(body: Body, values: dict[int, int]) -> Body:
    """A function that is given values instead of variables.

    Args:
        body: the function's.
        values: dtype by the number of the argument.
    """
    dtypes = {body.arguments[at]: dtype for at, dtype in values.items()}
    nodes: dict[str, Node] = {}
    for node in body.nodes.values():
        reads = node.op in _DTYPES and node.inputs[0].node in dtypes
        made = of_value(node, dtypes[node.inputs[0].node]) if reads else [node]
        nodes |= {item.name: item for item in made}
    return replace(body, nodes=nodes)


def is_variable(dtype: int) -> bool:
    """Whether an argument of that dtype may be a variable."""
    return dtype == RESOURCE


def read_of(name: str, node: Node, ref: Ref, dtype: int) -> Node:
    """A node that reads a variable before a loop or branches.

    Args:
        name: of the node.
        node: the loop or the branches; what it waits for is waited for.
        ref: the variable.
        dtype: of its values.
    """
    attrs: dict[str, pb.Attr] = {"dtype": kind(dtype)}
    return Node(name, READ, [ref], [*node.controls], attrs)
