"""``saved_model.pb`` and ``keras_metadata.pb`` as plain data.

The object graph is what ``tf.saved_model.save`` writes of a Python object: a node for each object,
its attributes as children, by number (``saved_object_graph.proto``). Keras puts the config of a
layer beside its node: in the node itself up to TensorFlow 2.4, in ``keras_metadata.pb`` since 2.5.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from keraport.errors import DamagedFileError
from keraport.formats.files import exists, read_regular
from keraport.formats.limits import RANK
from keraport.formats.wire import parse_message
from keraport.records import dataclass

if TYPE_CHECKING:
    from google.protobuf.message import Message

    from keraport.formats.saved_model import saved_model_pb2 as pb

GRAPH_FILE: Final = "saved_model.pb"
METADATA_FILE: Final = "keras_metadata.pb"

_MOST_BYTES: Final = 2 << 30
"""Protocol buffers end there."""
_DAMAGED: Final = "the directory is damaged: copy or download it again, or save the model again"
_M = TypeVar("_M", bound="Message")


@dataclass(frozen=True, slots=True)
class SavedVariable:
    """A variable as the graph describes it; its values are in the checkpoint beside it.

    Args:
        name: without ``:0``.
        shape: None if a size is unknown.
        trainable: as it was built.
    """

    name: str
    shape: tuple[int, ...] | None
    trainable: bool


@dataclass(frozen=True, slots=True)
class ObjectNode:
    """One object.

    Args:
        children: number of the node by the name of the attribute.
        identifier: kind of the object, e.g. ``_tf_keras_layer``; empty for none.
        metadata: JSON of Keras; empty for none.
        variable: set if it is one.
        slots: an optimizer's: (variable's node, name of the slot, node of the slot's variable).
    """

    children: Mapping[str, int]
    identifier: str = ""
    metadata: str = ""
    variable: SavedVariable | None = None
    slots: tuple[tuple[int, str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class SavedGraph:
    """What a SavedModel says beside its functions.

    Args:
        path: the directory.
        nodes: of the object graph; the root is the first. Empty for a SavedModel of TensorFlow 1.
        tensorflow: version that wrote it; empty if unsaid.
        signatures: for each, the names of its inputs and of its outputs.
        operations: all kinds of operations in its graphs.
    """

    path: Path
    nodes: tuple[ObjectNode, ...]
    tensorflow: str
    signatures: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]
    operations: frozenset[str] = field(default=frozenset(), repr=False)

    @property
    def references(self) -> int:
        """Number of references from one object to another."""
        return sum(len(node.children) + len(node.slots) for node in self.nodes)

    @property
    def variables(self) -> int:
        """Number of variables in the object graph."""
        return sum(node.variable is not None for node in self.nodes)

    def child(self, node: int, *names: str) -> int | None:
        """The node that a path of attributes leads to; None if there is none."""
        for name in names:
            found = self.nodes[node].children.get(name)
            if found is None:
                return None
            node = found
        return node


def is_saved_model(path: Path) -> bool:
    """Whether a path is a directory with a graph; what cannot be seen is none."""
    # Path.is_dir raises where a folder on the way is closed.
    return os.path.isdir(path) and exists(path / GRAPH_FILE)  # noqa: PTH112


def read_graph(path: Path) -> SavedGraph:
    """The object graph of a SavedModel directory.

    Raises:
        DamagedFileError: a file is no such message, or a node has a child that does not exist.
        ForeignFileError: TensorFlow refuses its version.
        UnsafeFileError: a file of the directory is a link or no regular file, or has more entries
            than any that TensorFlow writes.
        InputFileError: the system refuses.
    """
    from keraport.formats.saved_model import saved_model_pb2 as pb

    saved = _parsed(path / GRAPH_FILE, pb.SavedModel())
    if not saved.meta_graphs:
        raise DamagedFileError(f"{path / GRAPH_FILE}: holds no graph", hint=_DAMAGED)
    meta = saved.meta_graphs[0]
    _check_versions(path, meta.graph_def.versions)
    nodes = _nodes(path, meta.object_graph_def)
    if exists(path / METADATA_FILE):
        nodes = _described(path, nodes, _parsed(path / METADATA_FILE, pb.Metadata()))
    return SavedGraph(
        path=path,
        nodes=nodes,
        tensorflow=meta.meta_info_def.tensorflow_version,
        signatures={
            name: (tuple(sorted(item.inputs)), tuple(sorted(item.outputs)))
            for name, item in meta.signature_def.items()
        },
        # Of every graph: which one a release loads is for its loader to say.
        operations=frozenset().union(*(_operations(item.graph_def) for item in saved.meta_graphs)),
    )


def _parsed(path: Path, message: _M) -> _M:
    data = read_regular(path, _MOST_BYTES + 1, part=True)
    if len(data) > _MOST_BYTES:
        raise DamagedFileError(f"{path}: longer than any message may be", hint=_DAMAGED)
    return parse_message(data, message, str(path), _DAMAGED)


def _check_versions(path: Path, versions: pb.Version) -> None:
    """As ``CheckVersions`` in ``core/framework/versions.cc`` does it, for the one who wrote it.

    Which consumers there are is not asked: a writer that could not read its own graph is none.
    """
    asked, written = versions.min_consumer, versions.producer
    if written < 0 or asked < 0:
        raise DamagedFileError(
            f"{path / GRAPH_FILE}: graph of version {written}, for readers from {asked} on",
            hint=_DAMAGED,
        )
    if asked > written or (written and written in versions.bad_consumers):
        raise DamagedFileError(
            f"{path / GRAPH_FILE}: graph of version {written}, which readers of that version must "
            f"not read (from {asked} on, not {list(versions.bad_consumers[:5])})",
            hint=_DAMAGED,
        )


def _nodes(path: Path, graph: pb.ObjectGraph) -> tuple[ObjectNode, ...]:
    count = len(graph.nodes)
    found = []
    for number, node in enumerate(graph.nodes):
        ids = [child.node_id for child in node.children]
        slots = tuple(
            (slot.original_variable_node_id, slot.slot_name, slot.slot_variable_node_id)
            for slot in node.slot_variables
        )
        ids += [at for slot in slots for at in (slot[0], slot[2])]
        beyond = [at for at in ids if not 0 <= at < count]
        if beyond:
            raise DamagedFileError(
                f"{path / GRAPH_FILE}: object {number} refers to object {beyond[0]}, "
                f"expected one of {count}",
                hint=_DAMAGED,
            )
        found.append(
            ObjectNode(
                children={child.local_name: child.node_id for child in node.children},
                identifier=node.user_object.identifier,
                metadata=node.user_object.metadata,
                variable=_variable(node.variable) if node.HasField("variable") else None,
                slots=slots,
            )
        )
    return tuple(found)


def _variable(variable: pb.Variable) -> SavedVariable:
    sizes = tuple(dim.size for dim in variable.shape.dim[: RANK + 1])
    known = not variable.shape.unknown_rank and len(sizes) <= RANK and all(n >= 0 for n in sizes)
    return SavedVariable(variable.name, sizes if known else None, variable.trainable)


def _described(
    path: Path, nodes: tuple[ObjectNode, ...], metadata: pb.Metadata
) -> tuple[ObjectNode, ...]:
    """The nodes with what ``keras_metadata.pb`` says about them."""
    found = list(nodes)
    for entry in metadata.nodes:
        if not 0 <= entry.node_id < len(found):
            raise DamagedFileError(
                f"{path / METADATA_FILE}: describes object {entry.node_id}, "
                f"expected one of {len(found)}",
                hint=_DAMAGED,
            )
        node = found[entry.node_id]
        found[entry.node_id] = ObjectNode(
            node.children, entry.identifier, entry.metadata, node.variable, node.slots
        )
    return tuple(found)


def _operations(graph: pb.Graph) -> frozenset[str]:
    names = {node.op for node in graph.node}
    for function in graph.library.function:
        names.update(node.op for node in function.node_def)
    return frozenset(names)
