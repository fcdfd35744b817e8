"""Graph surgery: stacks as graphs, several layers in the place of one."""

from __future__ import annotations

from typing import Any

import pytest
from tests.graphs import call, computed, entry, graph, layer, nested, stack

from keraport.analysis.rewiring import as_functional, output_of, splice, with_unique_names
from keraport.changes.site import INPUT, Expansion, Refused
from keraport.model import Call, Layer, TensorRef

GIVEN = TensorRef(INPUT, 0, 0)


def expansion(name: str, *extra: str) -> Expansion:
    """``name`` as ``name_main`` with further layers behind it, the last one called ``name``."""
    main = Layer(f"{name}_main", "Dense", {}, (Call([GIVEN]),))
    parts = [main]
    for part in (*extra, name):
        parts.append(Layer(part, "Activation", {}, (Call([TensorRef(parts[-1].name, 0, 0)]),)))
    return Expansion(tuple(parts), (TensorRef(name, 0, 0),), main=main.name)


KNOWN: list[Any] = [
    stack(entry("in"), layer("a"), layer("b")),
    stack(layer("a", batch_input_shape=[None, 4]), layer("b")),
    stack(layer("a"), layer("b"), build_input_shape=[None, 4]),
]


@pytest.mark.parametrize("model", KNOWN)
def test_a_stack_as_a_graph(model: Any) -> None:
    made = as_functional(model)
    assert made.class_name == "Functional"
    assert made.layers[0].class_name == "InputLayer"
    assert made.layers[0].config["batch_input_shape"] == [None, 4]
    assert [part.name for part in made.layers[1:]] == ["a", "b"]
    assert "build_input_shape" not in made.settings
    assert computed(made, ["x"]) == computed(model, ["x"])


def test_the_input_has_the_dtype_of_the_first_layer() -> None:
    made = as_functional(stack(layer("a", batch_input_shape=[None, 4], dtype="float64")))
    assert made.layers[0].config["dtype"] == "float64"
    assert made.layers[0].name == "a_input"


def test_a_stack_of_unknown_shape() -> None:
    with pytest.raises(Refused) as caught:
        as_functional(stack(layer("a"), layer("b")))
    assert "needs its input shape" in caught.value.note.text
    assert "input_shape" in caught.value.note.hint


def test_a_model_in_a_stack() -> None:
    inner = nested(graph(entry("x"), layer("d", "x"), outputs=["d"], name="inner"))
    model = stack(layer("a", batch_input_shape=[None, 4]), inner, layer("b"))
    made = as_functional(model)
    assert made.layers[-1].calls == (call("inner:1"),)
    assert output_of(inner) == TensorRef("inner", 1, 0)
    assert computed(made, ["x"]) == computed(model, ["x"])


def test_one_layer_becomes_several() -> None:
    model = graph(entry("in"), layer("a", "in"), layer("b", "a"), outputs=["b", "a"])
    made = splice(model, {"a": expansion("a")})
    assert [part.name for part in made.layers] == ["in", "a_main", "a", "b"]
    main = ("a_main", (), 0, "x")
    assert computed(made, ["x"]) == [("b", (), 0, ("a", (), 0, main)), ("a", (), 0, main)]


def test_each_call_of_a_shared_layer_is_replaced() -> None:
    model = graph(entry("p"), entry("q"), layer("a", "p", "q"), outputs=["a:0", "a:1"])
    made = splice(model, {"a": expansion("a")})
    assert computed(made, ["x", "y"]) == [
        ("a", (), 0, ("a_main", (), 0, "x")),
        ("a", (), 0, ("a_main", (), 0, "y")),
    ]


def test_the_arguments_of_a_call_go_to_the_main_layer() -> None:
    model = graph(entry("in"), layer("a", call("in", training=True)), outputs=["a"])
    made = splice(model, {"a": expansion("a")})
    assert computed(made, ["x"]) == [("a", (), 0, ("a_main", (("training", True),), 0, "x"))]


def test_other_outputs_of_a_layer() -> None:
    model = graph(entry("in"), layer("a", "in"), outputs=["a", "a:0:1"])
    plain = expansion("a")
    both = Expansion(plain.layers, (*plain.outputs, TensorRef("a_main", 0, 1)), plain.main)
    made = splice(model, {"a": both})
    assert made.outputs == [TensorRef("a", 0, 0), TensorRef("a_main", 0, 1)]


def test_names_that_are_taken() -> None:
    model = graph(
        entry("in"), layer("a", "in"), layer("a_main", "a"), layer("a_main_1", "a_main"),
        outputs=["a_main_1"],
    )  # fmt: skip
    unique = with_unique_names(model, {"a": expansion("a")})
    assert [part.name for part in unique["a"].layers] == ["a_main_2", "a"]
    assert unique["a"].main == "a_main_2"
    assert unique["a"].layers[0].config["name"] == "a_main_2"
    made = splice(model, unique)
    names = [part.name for part in made.layers]
    assert len(set(names)) == len(names)
    assert computed(made, ["x"]) == [
        ("a_main_1", (), 0, ("a_main", (), 0, ("a", (), 0, ("a_main_2", (), 0, "x"))))
    ]


def test_two_expansions_do_not_take_each_others_names() -> None:
    model = graph(entry("in"), layer("a", "in"), layer("b", "a"), outputs=["b"])
    unique = with_unique_names(model, {"a": expansion("a", "gate"), "b": expansion("b", "gate")})
    names = [part.name for item in unique.values() for part in item.layers]
    assert names == ["a_main", "gate", "a", "b_main", "gate_1", "b"]
