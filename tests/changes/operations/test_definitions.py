"""The table of operations and the companion's functions fit together."""

from __future__ import annotations

import ast

import pytest

from keraport.changes.operations.definitions import definitions
from keraport.changes.operations.expressed import EXPRESSED, FIXED, REFUSED, SAME_AT
from keraport.changes.operations.stock import RULES
from keraport.companion.sources_of import available, source_of

ENOUGH = 250
FUNCTIONS = sorted(name for name in available() if name.startswith("_op_"))


def test_there_are_many_and_each_is_said_somehow() -> None:
    assert len(definitions()) > ENOUGH
    assert all(item.older or item.name in EXPRESSED for item in definitions().values())
    assert EXPRESSED.keys() <= definitions().keys()
    assert RULES.keys() <= definitions().keys()
    assert not REFUSED.keys() & definitions().keys()


def test_only_operations_with_new_attributes_are_said_in_both_ways() -> None:
    both = [name for name in EXPRESSED if definitions()[name].older]
    assert both
    assert all(definitions()[name].dropped for name in both)


def test_each_function_is_of_the_table_and_the_table_of_functions() -> None:
    assert sorted(f"_op_{name}" for name in EXPRESSED) == FUNCTIONS


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_know_the_dtypes_of_their_inputs(name: str) -> None:
    tree = ast.parse(source_of(name).body)
    (assigned,) = [node for node in tree.body if isinstance(node, ast.Assign)]
    assert ast.unparse(assigned.targets[0]) == f"{name}.inputs"
    wanted = [item.rpartition("*")[2] for item in definitions()[name.removeprefix("_op_")].inputs]
    assert ast.literal_eval(assigned.value) == wanted


@pytest.mark.parametrize("name", sorted(EXPRESSED))
def test_limits_are_of_attributes_that_it_has(name: str) -> None:
    definition = definitions()[name]
    for key, allowed in EXPRESSED[name].allowed.items():
        known = definition.attributes[key].allowed
        assert allowed
        assert key == "padding" or known is None or set(allowed) <= set(known)
    assert all(0 <= index < len(definition.inputs) for index in FIXED.get(name, ()))


def test_what_is_the_same_is_of_attributes_that_are_new() -> None:
    assert all(key in definitions()[name].dropped for name, key in SAME_AT)


def test_some_rows_against_the_source_of_the_releases() -> None:
    """``REGISTER_OP`` in ``math_ops.cc``, ``array_ops.cc`` of TF 1.12 and TF 2.3."""
    cast, select = definitions()["Cast"], definitions()["SelectV2"]
    assert (cast.inputs, cast.outputs) == (("SrcT",), ("DstT",))
    assert cast.older == "Cast"
    assert (select.inputs, select.older) == (("bool", "T", "T"), "")
    assert definitions()["AddV2"].older == "Add"
    assert definitions()["GatherV2"].dropped == {"batch_dims": 0}
    assert definitions()["RandomUniform"].stateful
