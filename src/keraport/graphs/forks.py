"""Lists that are changed more than once, or read as they were before they are changed.

A list of TensorFlow 2 is a value: what is written to it makes another. The array that takes its
place has one state. So the same list must not be changed twice, and what reads it as it was has to
run before it is changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from keraport.graphs.body import Body, Node, Ref
from keraport.graphs.site import VARIANT, InexpressibleError

FORWARD: Final = frozenset({"Enter", "Merge", "Switch", "Identity", "NextIteration", "Exit"})
"""What hands a list on."""
MAKE: Final = frozenset(
    {"TensorListReserve", "TensorListFromTensor", "EmptyTensorList", "TensorListSplit"}
    | {"TensorListScatter", "TensorListScatterV2"}
)
"""What makes a new list."""
GROW: Final = frozenset({"TensorListPushBack", "TensorListResize"})
"""What makes a list longer."""
_CHANGE: Final = frozenset(
    {"TensorListSetItem", "TensorListPushBack", "TensorListScatterIntoExistingList"}
)
_HAND_ON: Final = FORWARD | {"TensorListPopBack", "TensorListResize"}
_READ_ALL: Final = frozenset(
    {"TensorListStack", "TensorListGather", "TensorListConcat", "TensorListConcatV2"}
)
_READ: Final = _READ_ALL | {"TensorListGetItem"}


def is_list_operation(op: str) -> bool:
    """Whether an operation makes, reads or changes lists."""
    return op.startswith("TensorList") or op == "EmptyTensorList"


class Forks:
    """Who reads and who changes each list of a graph.

    Args:
        body: the graph, with lists.
    """

    def __init__(self, body: Body) -> None:
        self._body = body
        self._readers: dict[Ref, list[Node]] = {}
        for node in body.nodes.values():
            for ref in _lists(node):
                self._readers.setdefault(ref, []).append(node)
        self._changed = self._before(_CHANGE)
        self._read = self._before(_READ_ALL)

    def _before(self, ops: frozenset[str]) -> set[str]:
        """Nodes of these operations, and those that hand lists on to them."""
        waiting = [node.name for node in self._body.nodes.values() if node.op in ops]
        found = set(waiting)
        while waiting:
            for ref in _lists(self._body.nodes[waiting.pop()]):
                node = self._body.nodes[ref.node]
                if node.op in _HAND_ON and node.name not in found:
                    found.add(node.name)
                    waiting.append(node.name)
        return found

    def waits(self, node: Node) -> list[str]:
        """What has to have run before a node, since it reads the list as it was.

        Raises:
            InexpressibleError: the list is changed elsewhere too, or read later as it was.
        """
        if node.name not in self._changed or node.op == "Merge":
            return []
        found = list[str]()
        for ref in _lists(node):
            others = [
                item
                for item in self._readers[ref]
                if item is not node and not self._exclude(node, item)
            ]
            if any(item.name in self._changed for item in others):
                raise InexpressibleError(
                    "two lists are made of one, which needs a copy of it; an array has no copies"
                )
            for item in others:
                if item.op in _READ:
                    if self._needs(item, node.name):
                        raise InexpressibleError("a list is read as it was after it is changed")
                    found.append(item.name)
                elif item.name in self._read:
                    raise InexpressibleError("a list is read as it was where it is changed too")
        return found

    def _exclude(self, one: Node, other: Node) -> bool:
        """Whether both hand the list to different sides of the same branch."""
        if one.op != "Switch" or other.op != "Switch" or one.inputs[1] != other.inputs[1]:
            return False
        return not self._sides(one) & self._sides(other)

    def _sides(self, switch: Node) -> set[int]:
        return {side for side in (0, 1) if self._readers.get(Ref(switch.name, side))}

    def _needs(self, node: Node, name: str) -> bool:
        """Whether a node reads another, or what that gives, in the same iteration."""
        waiting, seen = [node], set[str]()
        while waiting:
            item = waiting.pop()
            for other in [ref.node for ref in item.inputs] + item.controls:
                if other == name:
                    return True
                if other not in seen and self._body.nodes[other].op != "NextIteration":
                    seen.add(other)
                    waiting.append(self._body.nodes[other])
        return False


def _lists(node: Node) -> Iterator[Ref]:
    """The lists that a node is given."""
    if node.op in FORWARD:
        if node.attrs["T"].type == VARIANT:
            yield from node.inputs[:1] if node.op == "Switch" else node.inputs
    elif is_list_operation(node.op) and node.op not in MAKE:
        yield node.inputs[0]
