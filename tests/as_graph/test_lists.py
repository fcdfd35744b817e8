"""Lists that no array can be, and assets whose names are kept in variables."""

from __future__ import annotations

import pytest

from keraport.graphs import graph_pb2 as pb
from keraport.graphs.body import Body, Node, Ref
from keraport.graphs.forks import Forks
from keraport.graphs.harmless import refusals_of
from keraport.graphs.site import InexpressibleError


def body(*nodes: Node) -> Body:
    return Body({node.name: node for node in nodes})


def node(name: str, op: str, *inputs: str, **attrs: pb.Attr) -> Node:
    return Node(name, op, [Ref(item) for item in inputs], [], attrs)


LIST = node("list", "TensorListReserve", "shape", "size")
OUTSIDE = [node(name, "Const") for name in ("shape", "size", "index", "value")]
SET = node("set", "TensorListSetItem", "list", "index", "value")


def test_a_change_waits_for_what_reads_the_list_as_it_was() -> None:
    read = node("read", "TensorListStack", "list", "shape")
    assert Forks(body(*OUTSIDE, LIST, SET, read)).waits(SET) == ["read"]


def test_two_changes_of_one_list_are_refused() -> None:
    other = node("other", "TensorListPushBack", "list", "value")
    with pytest.raises(InexpressibleError, match="two lists are made of one"):
        Forks(body(*OUTSIDE, LIST, SET, other)).waits(SET)


def test_a_read_that_needs_the_change_is_refused() -> None:
    length = node("length", "TensorListLength", "set")
    read = node("read", "TensorListGetItem", "list", "length", "shape")
    with pytest.raises(InexpressibleError, match="after it is changed"):
        Forks(body(*OUTSIDE, LIST, SET, length, read)).waits(SET)


def test_changes_on_both_sides_of_a_branch_are_not_two() -> None:
    variant = pb.Attr(type=21)
    sides = [node(f"switch_{n}", "Switch", "list", "index", T=variant) for n in range(2)]
    changes = [
        Node(f"set_{n}", "TensorListSetItem", [Ref(f"switch_{n}", n), Ref("index"), Ref("value")])
        for n in range(2)
    ]
    forks = Forks(body(*OUTSIDE, LIST, *sides, *changes))
    assert forks.waits(sides[0]) == []
    same = Node("set_2", "TensorListSetItem", [Ref("switch_1", 0), Ref("index"), Ref("value")])
    with pytest.raises(InexpressibleError, match="two lists are made of one"):
        Forks(body(*OUTSIDE, LIST, *sides, *changes, same)).waits(sides[0])


HANDLE = node("variable", "VarHandleOp")
TABLE = [
    node("asset", "Placeholder"),
    node("other", "Placeholder"),
    node("table", "HashTableV2"),
    HANDLE,
    node("assign", "AssignVariableOp", "variable", "asset"),
    node("read", "ReadVariableOp", "variable"),
    node("init", "InitializeTableFromTextFileV2", "table", "read"),
]


def reasons(*extra: Node) -> list[str]:
    graph = body(*TABLE, *extra)
    return [item.reason for item in refusals_of(graph, graph.nodes.keys(), [Ref("asset")])]


def test_the_name_of_an_asset_may_be_kept_in_a_variable() -> None:
    assert reasons() == []


@pytest.mark.parametrize(
    "extra",
    [
        [node("again", "AssignVariableOp", "variable", "other")],
        [node("twin", "VarHandleOp", shared_name=pb.Attr(s=b"variable"))],
        [node("alias", "Identity", "variable")],
    ],
    ids=["assigned twice", "another handle", "handed on"],
)
def test_a_variable_that_others_can_reach_keeps_no_asset(extra: list[Node]) -> None:
    assert reasons(*extra) == ["reads a file that is not an asset of the model"]
