"""SavedModel directories and checkpoints made by hand, with sound checksums."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.cli.conftest import dense

from keraport.formats.checkpoint import checkpoint_pb2 as ck
from keraport.formats.checkpoint.crc import extend, masked
from keraport.formats.checkpoint.object_graph import KEY, VALUE
from keraport.formats.checkpoint.write_table import table_bytes, varint
from keraport.formats.saved_model import saved_model_pb2 as pb

FLOAT32 = 1
STRING = 7
Edit = Callable[["Directory"], None]


@dataclass
class Directory:
    """A Sequential of Dense layers, to be written as a SavedModel.

    Args:
        layers: name of each layer, to the variables in its list of trained ones.
        shapes: of the variables.
    """

    layers: Mapping[str, Sequence[int]]
    shapes: Sequence[tuple[int, ...]]
    units: int = 2
    saved: pb.SavedModel = field(default_factory=pb.SavedModel)
    graph: pb.ObjectGraph = field(init=False)
    tracked: ck.ObjectGraph = field(default_factory=ck.ObjectGraph)
    entries: dict[bytes, bytes] = field(default_factory=dict)
    header: ck.Header = field(default_factory=lambda: ck.Header(num_shards=1))
    data: bytearray = field(default_factory=bytearray)

    def __post_init__(self) -> None:
        self.graph = self.saved.meta_graphs.add().object_graph_def
        root = self.node()
        config = {
            "class_name": "Sequential",
            "config": {"name": "m", "layers": [self._config(name) for name in self.layers]},
        }
        root.user_object.identifier = "_tf_keras_sequential"
        metadata = {"keras_version": "2.4.0", "backend": "tensorflow", "model_config": config}
        root.user_object.metadata = json.dumps(metadata)
        self.first = len(self.graph.nodes)
        for number, shape in enumerate(self.shapes):
            self._variable(number, shape)
        lists: dict[tuple[int, ...], int] = {}
        for number, (name, variables) in enumerate(self.layers.items()):
            at = len(self.graph.nodes)
            layer = self.node()
            layer.user_object.identifier = "_tf_keras_layer"
            layer.user_object.metadata = json.dumps({"name": name})
            key = tuple(variables)
            if key not in lists:
                lists[key] = len(self.graph.nodes)
                listed = self.node()
                for place, variable in enumerate(variables):
                    listed.children.add(node_id=self.first + variable, local_name=str(place))
            layer.children.add(node_id=lists[key], local_name="trainable_variables")
            root.children.add(node_id=at, local_name=f"layer-{number}")

    def node(self) -> pb.Object:
        """Another object."""
        self.tracked.nodes.add()
        return self.graph.nodes.add()

    def write(self, folder: Path) -> Path:
        """The directory, complete."""
        (folder / "variables").mkdir(parents=True)
        (folder / "saved_model.pb").write_bytes(self.saved.SerializeToString())
        for number, node in enumerate(self.graph.nodes):
            del self.tracked.nodes[number].children[:]
            for child in node.children:
                self.tracked.nodes[number].children.add(
                    node_id=child.node_id, local_name=child.local_name
                )
        self.strings(KEY.encode(), [self.tracked.SerializeToString()])
        self.entries[b""] = self.header.SerializeToString()
        (folder / "variables" / "variables.index").write_bytes(table_bytes(self.entries))
        (folder / "variables" / "variables.data-00000-of-00001").write_bytes(self.data)
        return folder

    def tensor(self, key: bytes, shape: tuple[int, ...], **fields: Any) -> ck.Entry:
        """Zeros in the checkpoint."""
        size = 4
        for length in shape:
            size *= length
        values = bytes(size)
        entry = ck.Entry(dtype=FLOAT32, offset=len(self.data), size=size, **fields)
        entry.crc32c = masked(extend(0, values))
        for length in shape:
            entry.shape.dim.add(size=length)
        self.data += values
        self.entries[key] = entry.SerializeToString()
        return entry

    def strings(self, key: bytes, texts: Sequence[bytes]) -> None:
        """Strings in the checkpoint; a scalar."""
        stored = string_bytes(texts)
        entry = ck.Entry(dtype=STRING, offset=len(self.data), size=len(stored[0]), crc32c=stored[1])
        self.data += stored[0]
        self.entries[key] = entry.SerializeToString()

    def _variable(self, number: int, shape: tuple[int, ...]) -> None:
        node = self.node()
        node.variable.name = f"v{number}"
        node.variable.dtype = FLOAT32
        for length in shape:
            node.variable.shape.dim.add(size=length)
        key = f"v{number}/.ATTRIBUTES/VARIABLE_VALUE"
        self.tracked.nodes[-1].attributes.add(
            name=VALUE, full_name=f"v{number}", checkpoint_key=key
        )
        self.tensor(key.encode(), shape)

    def _config(self, name: str) -> dict[str, Any]:
        document: dict[str, Any] = dense(name)
        document["config"]["units"] = self.units
        return document


def string_bytes(texts: Sequence[bytes], lengths: Sequence[int] | None = None) -> tuple[bytes, int]:
    """Strings as they are stored, and their checksum; with `lengths`, those are written."""
    lengths = [len(text) for text in texts] if lengths is None else lengths
    crc = 0
    for length in lengths:
        crc = extend(crc, length.to_bytes(4 if length < 1 << 32 else 8, "little"))
    checksum = masked(crc).to_bytes(4, "little")
    crc = extend(crc, checksum)
    for text in texts:
        crc = extend(crc, text)
    return b"".join([*map(varint, lengths), checksum, *texts]), masked(crc)
