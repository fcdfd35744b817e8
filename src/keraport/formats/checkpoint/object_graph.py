"""Which object of a model holds which tensor of a checkpoint.

Source: ``trackable_object_graph.proto``; the key is ``OBJECT_GRAPH_PROTO_KEY`` in
``training/tracking/base.py``.
"""

from __future__ import annotations

from collections.abc import Mapping

from keraport.formats.checkpoint.bundle import Bundle
from keraport.formats.checkpoint.table import DAMAGED, damaged
from keraport.formats.wire import parse_message
from keraport.records import dataclass

KEY = "_CHECKPOINTABLE_OBJECT_GRAPH"
VALUE = "VARIABLE_VALUE"
"""What the value of a variable is called among its attributes."""


@dataclass(frozen=True, slots=True)
class TrackedTensor:
    """A tensor that an object saved.

    Args:
        name: what the object calls it, e.g. ``VARIABLE_VALUE``.
        full_name: of the variable, without ``:0``.
        key: in the checkpoint.
    """

    name: str
    full_name: str
    key: str


@dataclass(frozen=True, slots=True)
class TrackedObject:
    """One object.

    Args:
        children: number of the object by the name of the attribute.
        tensors: what it saved.
        slots: an optimizer's: (variable, name of the slot, the slot's variable).
    """

    children: Mapping[str, int]
    tensors: tuple[TrackedTensor, ...]
    slots: tuple[tuple[int, str, int], ...]


@dataclass(frozen=True, slots=True)
class ObjectGraph:
    """All objects of a checkpoint; the root is the first."""

    objects: tuple[TrackedObject, ...]

    @property
    def references(self) -> int:
        """Number of references from one object to another."""
        return sum(len(item.children) for item in self.objects)

    def key_of(self, number: int) -> str | None:
        """The key of the value of a variable; None if that object is none."""
        if not 0 <= number < len(self.objects):
            return None
        for tensor in self.objects[number].tensors:
            if tensor.name == VALUE:
                return tensor.key
        return None


def read_object_graph(bundle: Bundle) -> ObjectGraph:
    """The objects of an object-based checkpoint.

    Raises:
        DamagedFileError: there is no such graph, or it contradicts itself.
        UnsafeFileError: it has more entries than any that TensorFlow writes.
    """
    from keraport.formats.checkpoint import checkpoint_pb2 as pb

    where = f"{bundle.index}: object graph"
    found = bundle.strings(KEY)
    graph = parse_message(found[0] if found else b"", pb.ObjectGraph(), where, DAMAGED)
    count = len(graph.nodes)
    objects = []
    for number, node in enumerate(graph.nodes):
        slots = tuple(
            (slot.original_variable_node_id, slot.slot_name, slot.slot_variable_node_id)
            for slot in node.slot_variables
        )
        children = {child.local_name: child.node_id for child in node.children}
        for at in (*children.values(), *(end for slot in slots for end in (slot[0], slot[2]))):
            if not 0 <= at < count:
                raise damaged(where, f"object {number} refers to object {at} of {count}")
        tensors = tuple(
            TrackedTensor(item.name, item.full_name, item.checkpoint_key)
            for item in node.attributes
        )
        objects.append(TrackedObject(children, tensors, slots))
    return ObjectGraph(tuple(objects))
