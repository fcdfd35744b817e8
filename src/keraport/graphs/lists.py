"""Lists of tensors as TensorArrays: a handle that stays, and a number that is handed on.

A ``TensorListSetItem`` gives a new list; a ``TensorArrayWriteV3`` changes the array. As long as
each list is changed once (`keraport.graphs.forks`), they are the same. The number, which
TensorFlow calls the flow and hands on as it is, says here how long the list is: a list that is
popped is shorter, though its array is not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from keraport.graphs.body import Body, Node, Ref
from keraport.graphs.forks import FORWARD, GROW, MAKE, Forks, is_list_operation
from keraport.graphs.refusal import Refusal
from keraport.graphs.site import (
    FLOAT,
    INT32,
    INT64,
    VARIANT,
    InexpressibleError,
    array_of,
    kind,
    on,
)

if TYPE_CHECKING:
    from keraport.graphs import graph_pb2 as pb


class Arrays:
    """Replaces lists in a graph whose loops are unfolded.

    Args:
        body: the graph.
    """

    def __init__(self, body: Body) -> None:
        self._body = body
        self._nodes = dict(body.nodes)
        self._handles: dict[str, Ref] = {}
        self._growing = set[str]()
        self._context = ""
        self.refusals: list[Refusal] = []

    def replaced(self) -> Body:
        """The graph with TensorArrays; what cannot be one is among the refusals."""
        forks = Forks(self._body)
        for node in [*self._body.nodes.values()]:
            if node.op in GROW:
                self._attempt(node, lambda node: self._growing.add(self._root(node).name))
        for node in [*self._body.nodes.values()]:
            if is_list_operation(node.op) or VARIANT in self._dtypes(node):
                self._attempt(node, lambda node: self._replace(node, forks))
        return replace(self._body, nodes=self._nodes)

    def _attempt(self, node: Node, act: Callable[[Node], None]) -> None:
        try:
            act(node)
        except InexpressibleError as error:
            self.refusals.append(Refusal(node.name, node.op, error.reason))

    def _replace(self, node: Node, forks: Forks) -> None:
        waits = forks.waits(node)
        node = replace(node, controls=[*node.controls, *waits])
        if node.op in FORWARD:
            self._nodes[node.name] = replace(node, attrs={**node.attrs, "T": kind(FLOAT)})
            return
        if not is_list_operation(node.op):
            raise InexpressibleError("it is given a list, which is no array that it could read")
        dtype = node.attrs.get("element_dtype")
        if dtype is not None and dtype.type == VARIANT:
            raise InexpressibleError("a list of lists")
        rule = _RULES.get(node.op)
        if rule is None:
            raise InexpressibleError(f"arrays have nothing like {node.op}")
        self._context = node.context
        rule(self, node)

    def _dtypes(self, node: Node) -> list[int]:
        return [node.attrs[key].type for key in ("T", "dtype") if key in node.attrs]

    def _root(self, node: Node) -> Node:
        """The node that made the list that a node reads."""
        seen = set[str]()
        while node.op not in MAKE:
            if node.name in seen or not node.inputs or node.op not in FORWARD | _SAME:
                raise InexpressibleError(f"a list comes out of {node.op}")
            seen.add(node.name)
            node = self._body.nodes[node.inputs[0].node]
        return node

    def handle(self, ref: Ref) -> Ref:
        """The array that a list is, where that list is read."""
        if ref.node in self._handles:
            return self._handles[ref.node]
        node = self._body.nodes[ref.node]
        if node.op in MAKE:
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
        elif node.op in FORWARD or node.op in _SAME:
            found = self.handle(node.inputs[0])
        else:
            raise InexpressibleError(f"a list comes out of {node.op}")
        self._handles[ref.node] = found
        return found

    def _entered(self, node: Node) -> Ref:
        """What went into the loop whose exit a node is."""
        seen = set[str]()
        while node.op != "Enter":
            if node.name in seen:
                raise InexpressibleError("a list goes round in circles")
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

    def shape(self, ref: Ref) -> pb.Attr:
        """The shape that a constant says; none if it is no constant."""
        from keraport.graphs import graph_pb2 as pb

        node = self._body.nodes[ref.node]
        while node.op in ("Identity", "Enter"):
            node = self._body.nodes[node.inputs[0].node]
        sizes = array_of(node.attrs["value"].tensor) if node.op == "Const" else None
        if sizes is None or sizes.ndim != 1:
            return pb.Attr(shape=pb.Shape(unknown_rank=True))
        return pb.Attr(shape=pb.Shape(dim=[pb.Shape.Dim(size=int(size)) for size in sizes]))

    def made(self, node: Node, size: Ref, shape: pb.Attr) -> Ref:
        """A new array for the list that a node makes; its flow, which is the size."""
        from keraport.graphs import graph_pb2 as pb

        name = f"{node.name}/array"
        attrs = {
            "dtype": node.attrs["element_dtype"],
            "element_shape": shape,
            "dynamic_size": on(node.name in self._growing),
            "clear_after_read": on(False),
            "identical_element_shapes": on(False),
            "tensor_array_name": pb.Attr(s=b""),
        }
        controls = [*node.controls]
        self._nodes[name] = Node(
            name, "TensorArrayV3", [size], controls, attrs, context=self._context
        )
        return self.counted(node, size, Ref(name, 1))

    def counted(self, node: Node, size: Ref, flow: Ref) -> Ref:
        """A flow that says the size."""
        name = f"{node.name}/count"
        return self.add(name, "Cast", [size], [flow.node], SrcT=kind(INT32), DstT=kind(FLOAT))

    def count(self, node: Node, flow: Ref) -> Ref:
        """The size that a flow says."""
        name = f"{node.name}/size"
        return self.add(name, "Cast", [flow], [], SrcT=kind(FLOAT), DstT=kind(INT32))

    def moved(self, node: Node, flow: Ref, by: int, name: str) -> Ref:
        """A flow that says more or less."""
        from keraport.graphs import graph_pb2 as pb

        tensor = pb.Tensor(dtype=FLOAT, tensor_shape=pb.Shape(), float_val=[by])
        attrs = {"dtype": kind(FLOAT), "value": pb.Attr(tensor=tensor)}
        step = self.add(f"{node.name}/by", "Const", [], [flow.node], **attrs)
        return self.add(name, "Add", [flow, step], [], T=kind(FLOAT))

    def pair(self, node: Node, flow: Ref, value: Ref, dtype: pb.Attr) -> None:
        """A node of two outputs."""
        from keraport.graphs import graph_pb2 as pb

        kinds = pb.Attr(list=pb.Attr.List(type=[FLOAT, dtype.type]))
        self.add(node.name, "IdentityN", [flow, value], [], T=kinds)

    def range(self, node: Node, size: Ref) -> Ref:
        """Positions of all elements."""
        start = self.const(f"{node.name}/start", 0, size)
        step = self.const(f"{node.name}/step", 1, size)
        return self.add(f"{node.name}/range", "Range", [start, size, step], [], Tidx=kind(INT32))

    def first(self, node: Node, tensor: Ref, dtype: pb.Attr) -> Ref:
        """The size of the first dimension."""
        name = f"{node.name}/rows"
        shape = self.add(f"{name}/shape", "Shape", [tensor], [], T=dtype, out_type=kind(INT32))
        zero = self.const(f"{name}/zero", 0, shape)
        kinds = {"Tparams": kind(INT32), "Tindices": kind(INT32), "Taxis": kind(INT32)}
        return self.add(name, "GatherV2", [shape, zero, zero], [], **kinds)


_SAME: Final = frozenset(
    {"TensorListSetItem", "TensorListPushBack", "TensorListPopBack", "TensorListResize"}
    | {"TensorListScatterIntoExistingList"}
)
"""What gives the list that it is given, changed."""


def _reserve(arrays: Arrays, node: Node) -> None:
    shape, size = node.inputs
    flow = arrays.made(node, size, arrays.shape(shape))
    arrays.add(node.name, "Identity", [flow], [], T=kind(FLOAT))


def _empty(arrays: Arrays, node: Node) -> None:
    size = arrays.const(f"{node.name}/none", 0, node.inputs[0])
    flow = arrays.made(node, size, arrays.shape(node.inputs[0]))
    arrays.add(node.name, "Identity", [flow], [], T=kind(FLOAT))


def _unknown() -> pb.Attr:
    from keraport.graphs import graph_pb2 as pb

    return pb.Attr(shape=pb.Shape(unknown_rank=True))


def _from_tensor(arrays: Arrays, node: Node) -> None:
    tensor, dtype = node.inputs[0], node.attrs["element_dtype"]
    size = arrays.first(node, tensor, dtype)
    flow = arrays.made(node, size, _unknown())
    inputs = [_array(node), arrays.range(node, size), tensor, flow]
    arrays.add(node.name, "TensorArrayScatterV3", inputs, [], T=dtype)


def _array(node: Node) -> Ref:
    return Ref(f"{node.name}/array")


def _scattered(arrays: Arrays, node: Node) -> None:
    """As long as is asked for, or as the largest number needs."""
    tensor, indices, shape, *size = node.inputs
    zero = arrays.const(f"{node.name}/zero", 0, indices)
    one = arrays.const(f"{node.name}/one", 1, indices)
    attrs = {"T": kind(INT32), "Tidx": kind(INT32), "keep_dims": on(False)}
    top = arrays.add(f"{node.name}/top", "Max", [indices, zero], [], **attrs)
    total = arrays.add(f"{node.name}/least", "Add", [top, one], [], T=kind(INT32))
    if size:
        total = arrays.add(f"{node.name}/total", "Maximum", [total, size[0]], [], T=kind(INT32))
    flow = arrays.made(node, total, arrays.shape(shape))
    inputs = [_array(node), indices, tensor, flow]
    arrays.add(node.name, "TensorArrayScatterV3", inputs, [], T=node.attrs["element_dtype"])


def _scattered_into(arrays: Arrays, node: Node) -> None:
    flow, tensor, indices = node.inputs
    inputs = [arrays.handle(flow), indices, tensor, flow]
    dtype = node.attrs["element_dtype"]
    arrays.add(node.name, "TensorArrayScatterV3", inputs, [*node.controls], T=dtype)


def _split(arrays: Arrays, node: Node) -> None:
    tensor, _, lengths = node.inputs
    size = arrays.first(node, lengths, kind(INT64))
    flow = arrays.made(node, size, _unknown())
    inputs = [_array(node), tensor, lengths, flow]
    arrays.add(node.name, "TensorArraySplitV3", inputs, [], T=node.attrs["element_dtype"])


def _set(arrays: Arrays, node: Node) -> None:
    flow, index, value = node.inputs
    inputs = [arrays.handle(flow), index, value, flow]
    dtype = node.attrs["element_dtype"]
    arrays.add(node.name, "TensorArrayWriteV3", inputs, [*node.controls], T=dtype)


def _push(arrays: Arrays, node: Node) -> None:
    flow, value = node.inputs
    inputs = [arrays.handle(flow), arrays.count(node, flow), value, flow]
    dtype = node.attrs["element_dtype"]
    written = arrays.add(
        f"{node.name}/write", "TensorArrayWriteV3", inputs, [*node.controls], T=dtype
    )
    arrays.moved(node, written, 1, node.name)


def _pop(arrays: Arrays, node: Node) -> None:
    """The second output is the element; the first alone has the name of the node."""
    flow = node.inputs[0]
    shorter = arrays.moved(node, flow, -1, f"{node.name}/shorter")
    inputs = [arrays.handle(flow), arrays.count(node, shorter), flow]
    dtype = node.attrs["element_dtype"]
    value = arrays.add(
        f"{node.name}/read", "TensorArrayReadV3", inputs, [*node.controls], dtype=dtype
    )
    arrays.pair(node, shorter, value, dtype)


def _resize(arrays: Arrays, node: Node) -> None:
    """Another number; an array grows as it is written."""
    flow, size = node.inputs
    attrs = {"SrcT": kind(INT32), "DstT": kind(FLOAT)}
    arrays.add(node.name, "Cast", [size], [flow.node, *node.controls], **attrs)


def _get(arrays: Arrays, node: Node) -> None:
    flow, index = node.inputs[:2]
    inputs = [arrays.handle(flow), index, flow]
    dtype = node.attrs["element_dtype"]
    arrays.add(node.name, "TensorArrayReadV3", inputs, [*node.controls], dtype=dtype)


def _stack(arrays: Arrays, node: Node) -> None:
    flow = node.inputs[0]
    where = arrays.range(node, arrays.count(node, flow))
    _gathered(arrays, node, where)


def _gather(arrays: Arrays, node: Node) -> None:
    _gathered(arrays, node, node.inputs[1])


def _gathered(arrays: Arrays, node: Node, where: Ref) -> None:
    flow = node.inputs[0]
    shape = arrays.shape(node.inputs[-1])
    if any(dim.size < 0 for dim in shape.shape.dim):
        shape = _unknown()
    arrays.add(
        node.name,
        "TensorArrayGatherV3",
        [arrays.handle(flow), where, flow],
        [*node.controls],
        dtype=node.attrs["element_dtype"],
        element_shape=shape,
    )


def _concat(arrays: Arrays, node: Node) -> None:
    flow = node.inputs[0]
    arrays.add(
        node.name,
        "TensorArrayConcatV3",
        [arrays.handle(flow), flow],
        [*node.controls],
        dtype=node.attrs["element_dtype"],
        element_shape_except0=_unknown(),
    )


def _length(arrays: Arrays, node: Node) -> None:
    attrs = {"SrcT": kind(FLOAT), "DstT": kind(INT32)}
    arrays.add(node.name, "Cast", node.inputs[:1], [*node.controls], **attrs)


_RULES: Final[Mapping[str, Callable[[Arrays, Node], None]]] = {
    "EmptyTensorList": _empty,
    "TensorListConcat": _concat,
    "TensorListConcatV2": _concat,
    "TensorListFromTensor": _from_tensor,
    "TensorListGather": _gather,
    "TensorListGetItem": _get,
    "TensorListLength": _length,
    "TensorListPopBack": _pop,
    "TensorListPushBack": _push,
    "TensorListReserve": _reserve,
    "TensorListResize": _resize,
    "TensorListScatter": _scattered,
    "TensorListScatterIntoExistingList": _scattered_into,
    "TensorListScatterV2": _scattered,
    "TensorListSetItem": _set,
    "TensorListSplit": _split,
    "TensorListStack": _stack,
}
