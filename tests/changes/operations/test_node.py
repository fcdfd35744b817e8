"""What the config of an operation says, and what it may not say."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keraport.changes.operations.definitions import definitions
from keraport.changes.operations.dtypes import given_dtypes
from keraport.changes.operations.node import NodeError, operation_name, read_node

FLOAT = {"type": "DT_FLOAT"}


def operation(op: str, constants: Any = None, **attributes: Any) -> dict[str, Any]:
    """A config as TF 2.3 writes it."""
    node = {"name": op, "op": op, "input": [], "attr": attributes}
    return {"name": op, "node_def": node, "constants": constants or {}}


def test_inputs_outputs_and_constants() -> None:
    # Written by TF 2.3.0 for x[:, 0].
    config = operation(
        "StridedSlice",
        {"1": [0, 0], "2": [0, 1], "3": [1, 1]},
        shrink_axis_mask={"i": "2"},
        new_axis_mask={"i": "0"},
        ellipsis_mask={"i": "0"},
        Index={"type": "DT_INT32"},
        T=FLOAT,
        end_mask={"i": "1"},
        begin_mask={"i": "1"},
    )
    node = read_node(config)
    assert node is not None
    assert node.inputs == ("float32", "int32", "int32", "int32")
    assert node.outputs == ("float32",)
    assert node.tensors == (0,)
    assert node.constants[2].dtype == np.int32
    assert node.constants[2].tolist() == [0, 1]
    assert node.attributes["shrink_axis_mask"] == 2
    assert given_dtypes(config) == ("float32",)


@pytest.mark.parametrize(
    ("dtype", "name", "value"),
    [
        ("DT_DOUBLE", "float64", 0.1),
        ("DT_INT64", "int64", 7),
        ("DT_HALF", "float16", 0.5),
        ("DT_UINT8", "uint8", 255),
    ],
)
def test_constants_have_the_dtype_that_the_operation_asks_for(
    dtype: str, name: str, value: float
) -> None:
    node = read_node(operation("Mul", {"1": value}, T={"type": dtype}))
    assert node is not None
    assert node.constants[1].dtype == np.dtype(name)
    assert node.constants[1] == value


def test_an_empty_list_of_indices() -> None:
    config = operation("Sum", {"1": []}, T=FLOAT, Tidx={"type": "DT_INT32"}, keep_dims={"b": False})
    node = read_node(config)
    assert node is not None
    assert node.constants[1].shape == (0,)
    assert node.constants[1].dtype == np.int32


def test_a_cast_gives_another_dtype_than_it_takes() -> None:
    config = operation("Cast", SrcT=FLOAT, DstT={"type": "DT_INT32"}, Truncate={"b": False})
    assert given_dtypes(config) == ("int32",)


def test_as_many_inputs_as_n_says() -> None:
    config = operation("ConcatV2", {"3": 1}, N={"i": "3"}, T=FLOAT, Tidx={"type": "DT_INT32"})
    node = read_node(config)
    assert node is not None
    assert node.inputs == ("float32", "float32", "float32", "int32")
    assert node.tensors == (0, 1, 2)


def test_unknown_operations_are_none() -> None:
    assert read_node(operation("NoSuchOperation")) is None
    assert read_node({"name": "x"}) is None
    assert operation_name({"node_def": {"op": 7}}) == ""


MUL = {"T": FLOAT}


@pytest.mark.parametrize(
    ("config", "text"),
    [
        (operation("Mul"), "the attribute T is missing"),
        (operation("Mul", T={"type": "DT_NONSENSE"}), "the attribute T is"),
        (operation("Mul", T={"i": "1"}), "expected type"),
        (operation("Mul", T=[]), "expected type"),
        (operation("Mul", **MUL, secret={"s": ""}), "no attribute secret"),
        (operation("Mul", {"2": 1.0}, **MUL), "input '2' of 2"),
        (operation("Mul", {"-1": 1.0}, **MUL), "input '-1' of 2"),
        (operation("Mul", {"x": 1.0}, **MUL), "input 'x' of 2"),
        (operation("Mul", {"1": "1.0"}, **MUL), "no array of float32"),
        (operation("Mul", {"1": True}, **MUL), "no array of float32"),
        (operation("Mul", {"1": 1e300}, **MUL), "no array of float32"),
        (operation("Mul", {"1": [[1.0], [1.0, 2.0]]}, **MUL), "no array of float32"),
        (operation("Mul", {"1": {"a": 1}}, **MUL), "no array of float32"),
        (operation("Mul", {"1": 2**40}, T={"type": "DT_INT32"}), "no array of int32"),
        (operation("Mul", {"1": -1}, T={"type": "DT_UINT8"}), "no array of uint8"),
        (operation("Mul", {"1": 1.5}, T={"type": "DT_INT32"}), "no array of int32"),
        (operation("Mul", {"1": 1}, T={"type": "DT_RESOURCE"}), "no array of resource"),
        (operation("AddN", N={"i": str(2**62)}, T=FLOAT), "expected at most 10000"),
        (operation("AddN", N={"i": "-1"}, T=FLOAT), "expected at most 10000"),
        (operation("AddN", N={"i": "9" * 5000}, T=FLOAT), "expected int"),
        (operation("AddN", N={"i": str(2**63)}, T=FLOAT), "expected int"),
        (operation("Einsum", N={"i": "1"}, T=FLOAT, equation={"s": "not base64!"}), "string"),
        ({**operation("Mul", **MUL), "constants": [1]}, "constants are list"),
        ({"node_def": {"op": "Mul", "attr": [1]}}, "attr is list"),
    ],
)
def test_nonsense_is_named(config: dict[str, Any], text: str) -> None:
    with pytest.raises(NodeError) as caught:
        read_node(config)
    assert text in str(caught.value)
    assert given_dtypes(config) == ()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


@given(name=st.sampled_from(sorted(definitions())), attributes=JSON, constants=JSON)
def test_nothing_else_is_raised(name: str, attributes: Any, constants: Any) -> None:
    config = {"node_def": {"op": name, "attr": attributes}, "constants": constants}
    with suppress(NodeError):
        read_node(config)


@given(name=st.sampled_from(sorted(definitions())), values=st.lists(JSON, min_size=9, max_size=9))
def test_nor_for_attributes_that_it_has(name: str, values: list[Any]) -> None:
    keys = definitions()[name].attributes
    config = operation(name, **{key: values[at % 9] for at, key in enumerate(keys)})
    with suppress(NodeError):
        read_node(config)
