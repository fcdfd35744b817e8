"""Where a node is replaced by others: names, settings, constants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from keraport.graphs.body import Node, Ref

if TYPE_CHECKING:
    from keraport.graphs import graph_pb2 as pb

FLOAT, DOUBLE, INT32, INT64, BOOL, HALF, STRING, RESOURCE, VARIANT = 1, 2, 3, 9, 10, 19, 7, 20, 21
UINT8, INT16, INT8, COMPLEX64, UINT16, COMPLEX128, UINT32, UINT64 = 4, 5, 6, 8, 17, 18, 22, 23
"""Numbers of dtypes, ``core/framework/types.proto``."""
_NUMPY: Final = {
    FLOAT: np.float32,
    DOUBLE: np.float64,
    INT32: np.int32,
    INT64: np.int64,
    BOOL: np.bool_,
    HALF: np.float16,
    UINT8: np.uint8,
    INT16: np.int16,
    INT8: np.int8,
    COMPLEX64: np.complex64,
    UINT16: np.uint16,
    COMPLEX128: np.complex128,
    UINT32: np.uint32,
    UINT64: np.uint64,
}
_FIELDS: Final = {FLOAT: "float_val", DOUBLE: "double_val", INT64: "int64_val", BOOL: "bool_val"}
"""Where constants keep numbers that they do not keep as bytes."""


_MOST_NUMBERS: Final = 1_000_000
"""Numbers of a constant that is looked into: axes, shapes, seeds."""
_IN_ORDER: Final = frozenset({"ReadVariableOp"})
"""What gives another value after another operation has run."""


class InexpressibleError(Exception):
    """A node that the target has nothing for.

    Args:
        reason: why, in a sentence without the name of the node.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Site:
    """Collects what takes the place of one node.

    Args:
        node: that is replaced.
        taken: names that are in use.
    """

    def __init__(self, node: Node, taken: Mapping[str, Node]) -> None:
        self.node = node
        self.made: list[Node] = []
        self.pivot = ""
        """What constants wait for: a node of the loop that they are made in."""
        self._taken = taken

    def op(self, op: str, inputs: Sequence[Ref], **attrs: pb.Attr) -> Ref:
        """Another node.

        Args:
            op: its operation.
            inputs: what it reads.
            attrs: its settings.

        Returns:
            its first output.
        """
        waits = [self.pivot] if self.pivot and not inputs else []
        if not self.pivot and (not inputs or op in _IN_ORDER):
            waits = [*self.node.controls]
        name = self._free(op)
        self.made.append(Node(name, op, [*inputs], waits, attrs, self.node.device))
        return Ref(name)

    def last(self, op: str, inputs: Sequence[Ref], **attrs: pb.Attr) -> Ref:
        """The node that gets the name of the one that is replaced, and waits as it did."""
        node = self.node
        self.made.append(Node(node.name, op, [*inputs], [*node.controls], attrs, node.device))
        return Ref(node.name)

    def ended(self, results: Sequence[Ref]) -> None:
        """A node by the name of the one that is replaced, which waits for what takes its place."""
        waits = [*(ref.node for ref in results), *self.node.controls]
        self.made.append(Node(self.node.name, "NoOp", [], waits))

    def producer(self, number: int) -> Node | None:
        """The node that an input comes out of, if that is in the same function."""
        found = self._taken.get(self.node.inputs[number].node)
        while found is not None and found.op == "Identity" and found.inputs:
            found = self._taken.get(found.inputs[0].node)
        return found

    def value(self, number: int) -> np.ndarray[Any, Any] | None:
        """The numbers of an input, where that is a constant of the same function."""
        found = self.producer(number)
        if found is None or found.op != "Const" or "value" not in found.attrs:
            return None
        return array_of(found.attrs["value"].tensor)

    def const(self, value: Any, dtype: int = INT32) -> Ref:
        """A constant of numbers, or of one text."""
        from keraport.graphs import graph_pb2 as pb

        if dtype == STRING:
            text = pb.Tensor(dtype=STRING, tensor_shape=pb.Shape(), string_val=[value])
            return self.op("Const", [], dtype=kind(dtype), value=pb.Attr(tensor=text))
        array: np.ndarray[Any, Any] = np.asarray(value, _NUMPY[dtype])
        shape = pb.Shape(dim=[pb.Shape.Dim(size=size) for size in array.shape])
        tensor = pb.Tensor(dtype=dtype, tensor_shape=shape, tensor_content=array.tobytes())
        return self.op("Const", [], dtype=kind(dtype), value=pb.Attr(tensor=tensor))

    def dtype(self, attr: str = "T") -> int:
        """The dtype that a setting of the node says."""
        return int(self.node.attrs[attr].type)

    def flag(self, attr: str) -> bool:
        """Whether a setting of the node is on."""
        return attr in self.node.attrs and self.node.attrs[attr].b

    def _free(self, op: str) -> str:
        taken = {node.name for node in self.made}
        base = name = f"{self.node.name}/{op}"
        number = 0
        while name in taken or name in self._taken:
            number += 1
            name = f"{base}_{number}"
        return name


def kind(dtype: int) -> pb.Attr:
    """A setting that is a dtype."""
    from keraport.graphs import graph_pb2 as pb

    return pb.Attr(type=dtype)


def on(value: bool) -> pb.Attr:
    """A setting that is true or false."""
    from keraport.graphs import graph_pb2 as pb

    return pb.Attr(b=value)


def number(value: int) -> pb.Attr:
    """A setting that is a whole number."""
    from keraport.graphs import graph_pb2 as pb

    return pb.Attr(i=value)


def array_of(tensor: pb.Tensor) -> np.ndarray[Any, Any] | None:
    """The numbers of a constant; None if it has no such dtype."""
    dtype = _NUMPY.get(tensor.dtype)
    if dtype is None:
        return None
    shape = [dim.size for dim in tensor.tensor_shape.dim]
    size = prod(shape)
    if min(shape, default=0) < 0 or size > _MOST_NUMBERS:
        return None
    if tensor.tensor_content:
        found: np.ndarray[Any, Any] = np.frombuffer(
            tensor.tensor_content[: size * np.dtype(dtype).itemsize], dtype
        )
        return found.reshape(shape) if found.size == size else None
    field = _FIELDS.get(tensor.dtype, "int_val")
    listed: np.ndarray[Any, Any] = np.asarray(getattr(tensor, field)[:size], dtype)
    last = listed[-1:] if listed.size else np.zeros(1, dtype)
    return np.concatenate([listed, np.repeat(last, size - listed.size)]).reshape(shape)
