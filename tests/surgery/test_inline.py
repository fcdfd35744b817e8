"""Layers of nested models taken into the model around them; what is computed stays the same."""

from __future__ import annotations

from typing import Any

import pytest
from tests.graphs import call, computed, entry, graph, layer, nested, stack

from keraport.changes.site import Refused
from keraport.model import Model
from keraport.model.graph import find_refs
from keraport.surgery.inlining import inline_models

INNER = graph(
    entry("x"),
    layer("d", "x", key="inner_d"),
    layer("e", "d", key="inner_e"),
    outputs=["e", "d"],
    name="inner",
)


def symbols(model: Model) -> list[Any]:
    count = 1 if model.is_sequential else len(find_refs(model.inputs))
    return computed(model, [f"x{at}" for at in range(count)])


DEEP = graph(
    entry("y"),
    nested(INNER, "y"),
    layer("d", "inner:1", key="middle_d"),
    outputs=["d"],
    name="middle",
)

MODELS = {
    "once": graph(entry("in"), nested(INNER, "in"), layer("f", "inner:1"), outputs=["f"]),
    "second output": graph(entry("in"), nested(INNER, "in"), outputs=["inner:1:1", "inner:1"]),
    "shared": graph(
        entry("p"),
        entry("q"),
        nested(INNER, "p", "q"),
        layer("sum", call("inner:1", "inner:2"), kind="Add"),
        outputs=["sum", "inner:2:1"],
    ),
    "called on its own output": graph(
        entry("in"), nested(INNER, "in", "inner:1"), outputs=["inner:2"]
    ),
    "name taken": graph(
        entry("in"), layer("d", "in", key="outer_d"), nested(INNER, "d"), outputs=["inner:1"]
    ),
    "twice nested": graph(entry("in"), nested(DEEP, "in"), outputs=["middle:1"]),
    "a stack inside": graph(
        entry("in"),
        nested(stack(layer("d", batch_input_shape=[None, 4]), layer("e"), name="inner"), "in"),
        outputs=["inner:1"],
    ),
    "in a stack": stack(
        layer("first", batch_input_shape=[None, 4]), nested(DEEP), layer("last")
    ),
    "shared inside": graph(
        entry("in"),
        nested(
            graph(entry("x"), layer("s", "x", "s"), outputs=["s:1"], name="inner"),
            "in",
            "inner:1",
        ),
        outputs=["inner:1", "inner:2"],
    ),
    "several inputs": graph(
        entry("p"),
        entry("q"),
        nested(
            graph(
                entry("a"), entry("b"), layer("cat", call("b", "a"), kind="Concatenate"),
                outputs=["cat"], name="inner",
            ),
            call("p", "q"),
        ),
        outputs=["inner:1"],
    ),
    "an input as output": graph(
        entry("in"),
        nested(graph(entry("x"), layer("d", "x"), outputs=["x", "d"], name="inner"), "in"),
        outputs=["inner:1", "inner:1:1"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MODELS)
def test_what_is_computed_stays(name: str) -> None:
    model = MODELS[name]
    flat = inline_models(model, "", {})
    assert all(part.model is None for part in flat.layers)
    names = [part.name for part in flat.layers]
    assert len(set(names)) == len(names)
    assert all(part.config["name"] == part.name for part in flat.layers)
    assert symbols(flat) == symbols(model)


def test_a_model_without_models_stays() -> None:
    moved: dict[str, str] = {}
    assert inline_models(INNER, "", moved) is INNER
    assert moved == {}


def test_names_and_moves() -> None:
    moved: dict[str, str] = {}
    flat = inline_models(MODELS["name taken"], "outer/", moved)
    assert [part.name for part in flat.layers] == ["in", "d", "inner_d", "e"]
    assert moved["outer/inner/d"] == "outer/inner_d"
    assert moved["outer/inner/e"] == "outer/e"


def test_moves_from_two_levels_down() -> None:
    moved: dict[str, str] = {}
    flat = inline_models(MODELS["twice nested"], "", moved)
    places = {part.config.get("key"): part.name for part in flat.layers}
    assert moved["middle/inner/d"] == places["inner_d"]
    assert moved["middle/inner/e"] == places["inner_e"]
    assert moved["middle/d"] == places["middle_d"]


def test_the_training_argument_reaches_those_that_act_on_it() -> None:
    inner = graph(
        entry("x"),
        layer("d", "x"),
        layer("bn", "d", kind="BatchNormalization"),
        layer("sync", "bn", kind="SyncBatchNormalization"),
        layer("flip", "sync", kind="RandomFlip"),
        layer("drop", call("flip", training=True), kind="Dropout"),
        outputs=["drop"],
        name="inner",
    )
    model = graph(entry("in"), nested(inner, call("in", training=False)), outputs=["inner:1"])
    flat = {part.name: part for part in inline_models(model, "", {}).layers}
    assert flat["d"].calls[0].arguments == {}
    for name in ("bn", "sync", "flip"):
        assert flat[name].calls[0].arguments == {"training": False}
    assert flat["drop"].calls[0].arguments == {"training": True}


def test_a_stack_of_unknown_shape_is_refused() -> None:
    model = graph(entry("in"), nested(stack(layer("d"), name="inner"), "in"), outputs=["inner:1"])
    with pytest.raises(Refused):
        inline_models(model, "", {})
