"""Nodes of a carried graph whose values can be compared with those of the original."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from keraport.graphs.contexts import BRANCHES, LOOPS
from keraport.graphs.files import read_meta_graph

if TYPE_CHECKING:
    from keraport.graphs import graph_pb2 as pb

_MOST: Final = 3_000
"""Nodes that are looked at; those of a model with a hundred layers are fewer."""
_SILENT: Final = frozenset({"Const", "NoOp", "Placeholder", "VarHandleOp", "ReadVariableOp"})
_FLOATS: Final = frozenset({1, 2, 19})


def observable(path: Path, signature: str) -> list[tuple[str, str]]:
    """Names and operations of nodes that a signature runs, each after those that it reads.

    Nodes of loops and branches run more than once, or not at all, and are left out.

    Args:
        path: a SavedModel that was carried over, or any whose functions are nodes.
        signature: its name.
    """
    meta = read_meta_graph(path)
    nodes = {node.name: node for node in meta.graph_def.node}
    inside = _inside(meta)
    ends = meta.signature_def[signature].outputs.values()
    order = _in_order(nodes, [info.name.partition(":")[0] for info in ends])
    found = [
        (name, nodes[name].op)
        for name in order
        if name not in inside and nodes[name].op not in _SILENT and _is_float(nodes[name])
    ]
    return found[:_MOST]


def _is_float(node: pb.Node) -> bool:
    return any(node.attr[key].type in _FLOATS for key in ("T", "dtype") if key in node.attr)


def _in_order(nodes: dict[str, pb.Node], ends: list[str]) -> list[str]:
    """What the ends read, each after what it reads itself; loops are cut where they begin again."""
    order: list[str] = []
    done = set[str]()
    waiting = [(name, False) for name in reversed(ends)]
    while waiting:
        name, ready = waiting.pop()
        if ready:
            order.append(name)
            continue
        if name in done or name not in nodes:
            continue
        done.add(name)
        waiting.append((name, True))
        read = [item.lstrip("^").partition(":")[0] for item in nodes[name].input]
        waiting += [(item, False) for item in reversed(read)]
    return order


def _inside(meta: pb.MetaGraph) -> set[str]:
    """Names of the nodes of loops and branches."""
    from keraport.graphs import graph_pb2 as pb

    found = set[str]()
    for key, kind in ((LOOPS, pb.WhileContext), (BRANCHES, pb.CondContext)):
        if key in meta.collection_def:
            for data in meta.collection_def[key].bytes_list.value:
                values = kind.FromString(data).values_def.values
                found |= {item.partition(":")[0] for item in values}
    return found
