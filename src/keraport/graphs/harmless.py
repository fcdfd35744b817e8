"""What a graph that is carried over may do: compute, and keep state in the session.

A list of what is known to be harmless, and not of what is known to harm.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache
from importlib.resources import files
from typing import Final

from keraport.graphs.body import Body, Node, Ref
from keraport.graphs.refusal import Refusal

_SAVERS: Final = frozenset(
    {"MergeV2Checkpoints", "RestoreV2", "SaveV2", "ShardedFilename", "Save", "Restore"}
    | {"SaveSlices", "RestoreSlice"}
)
"""Operations that write or read the files of a checkpoint."""
_TABLES: Final = frozenset({"InitializeTableFromTextFile", "InitializeTableFromTextFileV2"})
"""Operations that read a file of the model into a table."""


@cache
def harmless() -> frozenset[str]:
    """The operations of the list."""
    text = (files("keraport.graphs") / "harmless.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


def is_harmless(op: str) -> bool:
    """Whether an operation only computes, keeps state, or stands where every SavedModel has it."""
    return op in harmless() or op in _SAVERS


def refusals_of(body: Body, computed: Collection[str], assets: Collection[Ref]) -> list[Refusal]:
    """What a graph must not do.

    Args:
        body: without calls of functions.
        computed: names of nodes that signatures and the initializer need.
        assets: tensors that hold the names of the model's own files.
    """
    return [*_refused(body, computed, assets)]


def _refused(body: Body, computed: Collection[str], assets: Collection[Ref]) -> Iterator[Refusal]:
    for node in body.nodes.values():
        if node.op in harmless():
            continue
        reason = ""
        if node.op in _SAVERS:
            if node.name in computed:
                reason = "reads or writes files when a signature runs"
        elif node.op in _TABLES:
            if not _is_asset(body, node, assets):
                reason = "reads a file that is not an asset of the model"
        else:
            reason = "not known to have no side effects beside computing"
        if reason:
            yield Refusal(node.name, node.op, reason)


def _is_asset(body: Body, node: Node, assets: Collection[Ref]) -> bool:
    ref = node.inputs[1]
    for _ in range(len(body.nodes)):
        if ref in assets:
            return True
        origin = body.nodes.get(ref.node)
        if origin is not None and origin.op == "ReadVariableOp":
            kept = _only_value(body, origin.inputs[0])
            if kept is None:
                return False
            ref = kept
        elif origin is None or origin.op != "Identity":
            return False
        else:
            ref = origin.inputs[0]
    return False


def _only_value(body: Body, handle: Ref) -> Ref | None:
    """What is assigned to a variable, if that is one tensor and nothing else can reach it.

    TensorFlow 2 keeps the name of an asset in a variable.
    """
    variable = body.nodes.get(handle.node)
    if variable is None or variable.op != "VarHandleOp":
        return None
    values = set[Ref]()
    for node in body.nodes.values():
        if node.op == "VarHandleOp" and node is not variable and _key(node) == _key(variable):
            return None
        if handle in node.inputs:
            if node.op not in _PLAIN_USES:
                return None
            if node.op == "AssignVariableOp":
                values.add(node.inputs[1])
    return next(iter(values)) if len(values) == 1 else None


def _key(node: Node) -> tuple[bytes, bytes]:
    """What variables of one session are told apart by."""
    found = [
        node.attrs[key].s if key in node.attrs else b"" for key in ("container", "shared_name")
    ]
    return found[0], found[1] or node.name.encode()


_PLAIN_USES: Final = frozenset({"ReadVariableOp", "AssignVariableOp", "VarIsInitializedOp"})
"""Operations that hand the variable itself to nothing else."""
