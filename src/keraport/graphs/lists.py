"""Lists of tensors as TensorArrays: a handle that stays, and a number that is handed on.

A ``TensorListSetItem`` gives a new list; a ``TensorArrayWriteV3`` changes the array, and its flow
says that it has. As long as each list is changed once, they are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from keraport.graphs.body import Body, Node, Ref
from keraport.graphs.site import FLOAT, INT32, VARIANT, InexpressibleError, kind, on

if TYPE_CHECKING:
    from keraport.graphs import graph_pb2 as pb

_FORWARD: Final = frozenset({"Enter", "Merge", "Switch", "Identity", "NextIteration", "Exit"})
_MAKE: Final = frozenset({"TensorListReserve", "TensorListFromTensor", "EmptyTensorList"})


def is_list_operation(op: str) -> bool:
    """Whether an operation makes, reads or changes lists."""
    return op.startswith("TensorList") or op == "EmptyTensorList"


class Arrays:
    """Replaces lists in a graph whose loops are unfolded.

    Args:
        body: the graph.
    """

    def __init__(self, body: Body) -> None:
        self._body = body
        self._nodes = dict(body.nodes)
        self._handles: dict[str, Ref] = {}
        self._context = ""

    def replaced(self) -> Body:
        """The graph with TensorArrays.

        Raises:
            InexpressibleError: a list is used as no array can be.
        """
        for node in [*self._body.nodes.values()]:
            if node.op in _FORWARD and self._dtype(node) == VARIANT:
                self._nodes[node.name] = replace(node, attrs={**node.attrs, "T": kind(FLOAT)})
            elif is_list_operation(node.op):
                rule = _RULES.get(node.op)
                if rule is None:
                    reason = "not supported yet on lists of tensors"
                    raise InexpressibleError(reason, node.name, node.op)
                self._context = node.context
                rule(self, node)
        return replace(self._body, nodes=self._nodes)

    def _dtype(self, node: Node) -> int:
        return node.attrs["T"].type

    def handle(self, ref: Ref) -> Ref:
        """The array that a list is, where that list is read."""
        if ref.node in self._handles:
            return self._handles[ref.node]
        node = self._body.nodes[ref.node]
        if node.op in _MAKE:
            found = Ref(f"{node.name}/array")
        elif node.op == "Enter":
            outer = self.handle(node.inputs[0])
            name = f"{node.name}/handle"
            attrs = {**node.attrs, "T": kind(20), "is_constant": on(True)}
            self._nodes[name] = Node(
                name, "Enter", [outer], [*node.controls], attrs, context=node.context
            )
            found = Ref(name)
        elif node.op == "Exit":
            found = self.handle(self._entered(node))
        elif node.op in _FORWARD or is_list_operation(node.op):
            found = self.handle(node.inputs[0])
        else:
            raise InexpressibleError("a list of tensors comes out of it", node.name, node.op)
        self._handles[ref.node] = found
        return found

    def _entered(self, node: Node) -> Ref:
        """What went into the loop whose exit a node is."""
        seen = set[str]()
        while node.op != "Enter":
            if node.name in seen:
                raise InexpressibleError("goes round in circles", node.name, node.op)
            seen.add(node.name)
            node = self._body.nodes[node.inputs[0].node]
        return node.inputs[0]

    def add(
        self, name: str, op: str, inputs: list[Ref], controls: list[str], **attrs: pb.Attr
    ) -> Ref:
        """A node of the new graph."""
        self._nodes[name] = Node(name, op, inputs, controls, attrs, context=self._context)
        return Ref(name)

    def const(self, name: str, value: int, near: Ref) -> Ref:
        """A number that is there where `near` is."""
        from keraport.graphs import graph_pb2 as pb

        tensor = pb.Tensor(dtype=INT32, tensor_shape=pb.Shape(), int_val=[value])
        return self.add(
            name, "Const", [], [near.node], dtype=kind(INT32), value=pb.Attr(tensor=tensor)
        )

    def made(self, node: Node, size: Ref, dynamic: bool) -> Ref:
        """A new array for the list that a node makes; its flow."""
        from keraport.graphs import graph_pb2 as pb

        name = f"{node.name}/array"
        self._nodes[name] = Node(
            name,
            "TensorArrayV3",
            [size],
            [*node.controls],
            {
                "dtype": node.attrs["element_dtype"],
                "element_shape": pb.Attr(shape=pb.Shape(unknown_rank=True)),
                "dynamic_size": on(dynamic),
                "clear_after_read": on(False),
                "identical_element_shapes": on(False),
                "tensor_array_name": pb.Attr(s=b""),
            },
            context=self._context,
        )
        return Ref(name, 1)

    def range(self, node: Node, size: Ref) -> Ref:
        """Positions of all elements."""
        start = self.const(f"{node.name}/start", 0, size)
        step = self.const(f"{node.name}/step", 1, size)
        return self.add(f"{node.name}/range", "Range", [start, size, step], [], Tidx=kind(INT32))


def _reserve(arrays: Arrays, node: Node) -> None:
    flow = arrays.made(node, node.inputs[1], dynamic=False)
    arrays.add(node.name, "Identity", [flow], [], T=kind(FLOAT))


def _from_tensor(arrays: Arrays, node: Node) -> None:
    tensor, dtype = node.inputs[0], node.attrs["element_dtype"]
    shape = arrays.add(f"{node.name}/shape", "Shape", [tensor], [], T=dtype, out_type=kind(INT32))
    zero = arrays.const(f"{node.name}/zero", 0, shape)
    size = arrays.add(
        f"{node.name}/size",
        "GatherV2",
        [shape, zero, zero],
        [],
        Tparams=kind(INT32),
        Tindices=kind(INT32),
        Taxis=kind(INT32),
    )
    flow = arrays.made(node, size, dynamic=False)
    inputs = [Ref(flow.node), arrays.range(node, size), tensor, flow]
    arrays.add(node.name, "TensorArrayScatterV3", inputs, [], T=dtype)


def _set(arrays: Arrays, node: Node) -> None:
    flow, index, value = node.inputs
    handle = arrays.handle(flow)
    arrays.add(
        node.name,
        "TensorArrayWriteV3",
        [handle, index, value, flow],
        [*node.controls],
        T=node.attrs["element_dtype"],
    )


def _get(arrays: Arrays, node: Node) -> None:
    flow, index = node.inputs[:2]
    arrays.add(
        node.name,
        "TensorArrayReadV3",
        [arrays.handle(flow), index, flow],
        [*node.controls],
        dtype=node.attrs["element_dtype"],
    )


def _stack(arrays: Arrays, node: Node) -> None:
    from keraport.graphs import graph_pb2 as pb

    flow = node.inputs[0]
    handle = arrays.handle(flow)
    size = arrays.add(f"{node.name}/size", "TensorArraySizeV3", [handle, flow], [])
    arrays.add(
        node.name,
        "TensorArrayGatherV3",
        [handle, arrays.range(node, size), flow],
        [*node.controls],
        dtype=node.attrs["element_dtype"],
        element_shape=pb.Attr(shape=pb.Shape(unknown_rank=True)),
    )


def _length(arrays: Arrays, node: Node) -> None:
    flow = node.inputs[0]
    arrays.add(node.name, "TensorArraySizeV3", [arrays.handle(flow), flow], [*node.controls])


_RULES: Final[Mapping[str, Callable[[Arrays, Node], None]]] = {
    "TensorListFromTensor": _from_tensor,
    "TensorListGetItem": _get,
    "TensorListLength": _length,
    "TensorListReserve": _reserve,
    "TensorListSetItem": _set,
    "TensorListStack": _stack,
}
