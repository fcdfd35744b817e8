"""Which tensor of the checkpoint each variable of a graph is, as the graph restores it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from keraport.errors import DamagedFileError
from keraport.formats.limits import shown
from keraport.graphs.body import Body, Node, Ref

if TYPE_CHECKING:
    from keraport.formats.checkpoint.bundle import Bundle
    from keraport.model import Weight

_ASSIGN: Final = frozenset({"AssignVariableOp", "Assign"})
_RESTORE: Final = "RestoreV2"


def keys_of(body: Body) -> dict[str, str]:
    """The key in the checkpoint by the name of the variable's node.

    Args:
        body: a graph without calls, with what restores it.
    """
    found = {}
    for node in body.nodes.values():
        if node.op not in _ASSIGN or len(node.inputs) < 2:
            continue
        value = _origin(body, node.inputs[1])
        if value is None:
            continue
        names = _texts(body.nodes.get(body.nodes[value.node].inputs[1].node))
        if value.output < len(names):
            found[node.inputs[0].node] = names[value.output]
    return found


def _origin(body: Body, ref: Ref) -> Ref | None:
    """The output of the node that restores a value; None if nothing does."""
    for _ in range(len(body.nodes)):
        node = body.nodes.get(ref.node)
        if node is None or node.op == _RESTORE:
            return ref if node is not None else None
        if node.op != "Identity":
            return None
        ref = node.inputs[0]
    return None


def _texts(node: Node | None) -> list[str]:
    if node is None or node.op != "Const":
        return []
    return [item.decode("utf-8", "replace") for item in node.attrs["value"].tensor.string_val]


def weights_of(
    bundle: Bundle, keys: Mapping[str, str], wanted: list[str], where: str
) -> dict[str, Weight]:
    """The tensors of variables, by the names of their nodes; none is read yet.

    Raises:
        DamagedFileError: the graph does not say how one is restored, or the checkpoint lacks it.
    """
    found = {}
    for name in wanted:
        if name not in keys:
            raise DamagedFileError(
                f"{where}: variable {shown(name)} is restored from no tensor of the checkpoint",
                hint="save the model again, or convert without --frozen",
            )
        found[name] = bundle.weight(name, keys[name])
    return found
