"""Calls of functions that contradict the functions."""

from __future__ import annotations

import pytest

from keraport.errors import DamagedFileError
from keraport.graphs import graph_pb2 as pb
from keraport.graphs.body import Body, Node, Ref
from keraport.graphs.inline import Inliner


def test_a_call_that_does_not_say_what_it_gives_is_damaged() -> None:
    function = Body({}, ("x",), [Ref("x")])
    attrs = {"f": pb.Attr(func=pb.FunctionName(name="same"))}
    call = Node("call", "PartitionedCall", [Ref("given")], [], attrs)
    body = Body({"given": Node("given", "Placeholder"), "call": call})
    with pytest.raises(DamagedFileError, match="0 results, expected 1"):
        Inliner({"same": function}, {}, "here").inlined(body)
