"""Weights to a checkpoint, as ``model.save_weights("x")`` of tf.keras writes it."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from keraport.errors import UsageError
from keraport.formats.checkpoint.crc import extend, masked
from keraport.formats.checkpoint.entries import DTYPES
from keraport.formats.checkpoint.object_graph import KEY, VALUE
from keraport.formats.checkpoint.places import ObjectPath, placed
from keraport.formats.checkpoint.write_table import table_bytes, varint
from keraport.formats.sources import Sources
from keraport.model import Model, ModelFile, Weight

if TYPE_CHECKING:
    from keraport.formats.checkpoint import checkpoint_pb2 as pb

_NUMBERS: Final = {name: number for number, name in DTYPES.items()}
_STRING: Final = _NUMBERS["string"]


class CheckpointWriter:
    """Writes the two files of a checkpoint, the values first.

    Args:
        file: the weights.
        model: what they belong to; models inside it have their layers in the order of
            ``model.layers``.

    Raises:
        UsageError: which variable is whose cannot be told, or TensorFlow lacks a dtype.
    """

    def __init__(self, file: ModelFile, model: Model) -> None:
        self._weights = {
            _key(place): (place, weight)
            for place, weight in placed(model, file.groups, str(file.path))
        }
        self._entries: dict[bytes, bytes] = {}
        for _, weight in self._weights.values():
            if weight.dtype not in _NUMBERS:
                raise UsageError(
                    f"{file.path}: weight {weight.name} has the dtype {weight.dtype}, "
                    "which no checkpoint holds",
                    hint="write HDF5 instead: OUT.h5",
                )

    def fill_data(self, partial: Path) -> None:
        """Write the values, one block at a time; errors as for `Source.blocks`."""
        with partial.open("r+b") as out, Sources() as sources:
            graph = _graph(self._weights.items()).SerializeToString(deterministic=True)
            self._add_string(out, KEY, graph)
            for key, (_, weight) in sorted(self._weights.items()):
                self._add(out, key, weight, sources)
            sources.require_unchanged()

    def fill_index(self, partial: Path) -> None:
        """Write the table of what `fill_data` wrote."""
        from keraport.formats.checkpoint import checkpoint_pb2 as pb

        header = pb.Header(num_shards=1, version=pb.Header.Version(producer=1))
        entries = {b"": header.SerializeToString(), **self._entries}
        partial.write_bytes(table_bytes(entries))

    def _add(self, out: BinaryIO, key: str, weight: Weight, sources: Sources) -> None:
        offset, crc = out.tell(), 0
        for block in sources.blocks(weight):
            data = (block if sys.byteorder == "little" else block.byteswap()).tobytes()
            crc = extend(crc, data)
            out.write(data)
        self._enter(key, _NUMBERS[weight.dtype], weight.shape, offset, out.tell() - offset, crc)

    def _add_string(self, out: BinaryIO, key: str, text: bytes) -> None:
        """A single string: its length, the checksum of that, and its bytes."""
        width = 4 if len(text) < 1 << 32 else 8
        lengths = extend(0, len(text).to_bytes(width, "little"))
        checksum = masked(lengths).to_bytes(4, "little")
        data = varint(len(text)) + checksum + text
        offset = out.tell()
        out.write(data)
        self._enter(key, _STRING, (), offset, len(data), extend(extend(lengths, checksum), text))

    def _enter(
        self, key: str, dtype: int, shape: tuple[int, ...], offset: int, size: int, crc: int
    ) -> None:
        from keraport.formats.checkpoint import checkpoint_pb2 as pb

        entry = pb.Entry(
            dtype=dtype,
            shape=pb.Shape(dim=[pb.Shape.Dim(size=length) for length in shape]),
            offset=offset,
            size=size,
            crc32c=masked(crc),
        )
        self._entries[key.encode()] = entry.SerializeToString()


def _key(place: ObjectPath) -> str:
    """The key of a variable's value (``_escape_local_name``, ``_object_prefix_from_path``)."""
    path = "/".join(part.replace(".", "..").replace("/", ".S") for part in place)
    return f"{path}/.ATTRIBUTES/{VALUE}"


def _graph(weights: Iterable[tuple[str, tuple[ObjectPath, Weight]]]) -> pb.ObjectGraph:
    """The objects on the way to each variable; the model is the first."""
    from keraport.formats.checkpoint import checkpoint_pb2 as pb

    graph = pb.ObjectGraph()
    graph.nodes.add()
    numbers: dict[ObjectPath, int] = {(): 0}
    for key, (place, weight) in weights:
        for depth in range(len(place)):
            path = place[: depth + 1]
            if path in numbers:
                continue
            numbers[path] = len(graph.nodes)
            graph.nodes[numbers[path[:-1]]].children.add(node_id=numbers[path], local_name=path[-1])
            graph.nodes.add()
        full_name = weight.name.partition(":")[0]
        graph.nodes[numbers[place]].attributes.add(
            name=VALUE, full_name=full_name, checkpoint_key=key
        )
    return graph
