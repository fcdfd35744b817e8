"""A ``GraphDef`` written node by node, the values of constants block by block.

A message of protocol buffers is its fields one after the other, and one field may come from several
places: the node as the library writes it, and behind it the setting ``value`` as it is made here.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from keraport.errors import UsageError
from keraport.formats.checkpoint.entries import DTYPES
from keraport.formats.checkpoint.write_table import varint
from keraport.formats.sources import Sources
from keraport.graphs.emit import nodes_of_graph

if TYPE_CHECKING:
    from keraport.graphs import graph_pb2 as pb
    from keraport.graphs.body import Body
    from keraport.model import Weight

_NUMBERS: Final = {name: number for number, name in DTYPES.items()}
_LENGTH: Final = 2
"""The wire type of what has a length: messages, text, bytes."""
_NODE, _ATTR, _KEY, _VALUE, _TENSOR, _CONTENT = 1, 5, 1, 2, 8, 4
"""Numbers of fields: of a graph, a node, an entry of settings (two), a setting, a tensor."""
_MOST_BYTES: Final = 2**31 - 1


def write_graph_def(
    path: Path, body: Body, versions: pb.Versions, weights: Mapping[str, Weight]
) -> None:
    """Write a graph.

    Args:
        path: the file, which is there and empty.
        body: the graph.
        versions: of the graph.
        weights: the values of constants that have none, by their names.

    Raises:
        UsageError: it would be longer than TensorFlow reads.
        InputFileError: a value cannot be read.
    """
    from keraport.graphs import graph_pb2 as pb

    with path.open("r+b") as out, Sources() as sources:
        for node in nodes_of_graph(body):
            data = node.SerializeToString(deterministic=True)
            weight = weights.get(node.name)
            if weight is None:
                out.write(_field(_NODE, data))
            else:
                _write_constant(out, data, weight, sources)
            if out.tell() > _MOST_BYTES:
                raise UsageError(
                    f"the frozen graph would have over {_MOST_BYTES:,} bytes, which TensorFlow "
                    "does not read",
                    hint="convert without --frozen: variables are then files of their own",
                )
        out.write(pb.Graph(versions=versions).SerializeToString(deterministic=True))
        sources.require_unchanged()


def _write_constant(out: BinaryIO, node: bytes, weight: Weight, sources: Sources) -> None:
    from keraport.graphs import graph_pb2 as pb

    dims = [pb.Shape.Dim(size=size) for size in weight.shape]
    tensor = pb.Tensor(dtype=_NUMBERS[weight.dtype], tensor_shape=pb.Shape(dim=dims))
    head = tensor.SerializeToString(deterministic=True)
    blocks = sources.blocks(weight)
    first = next(blocks, None)
    size = 0 if first is None else weight.count * first.dtype.itemsize
    # Outer lengths count what is inside, so they are made from the inside out.
    opened = head + _head(_CONTENT, size)
    opened = _head(_TENSOR, len(opened) + size) + opened
    opened = _field(_KEY, b"value") + _head(_VALUE, len(opened) + size) + opened
    opened = node + _head(_ATTR, len(opened) + size) + opened
    out.write(_head(_NODE, len(opened) + size) + opened)
    while first is not None:
        little = first if sys.byteorder == "little" else first.byteswap()
        out.write(little.tobytes())
        first = next(blocks, None)


def _head(number: int, size: int) -> bytes:
    return varint(number << 3 | _LENGTH) + varint(size)


def _field(number: int, data: bytes) -> bytes:
    return _head(number, len(data)) + data
