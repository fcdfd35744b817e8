"""Several layers in the place of one inside a wrapper, and stacks whose shape nobody told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.changes.conftest import Document, Outcome, entry, graph, item, run, stack
from tests.graphs import layer

from keraport.analysis.masks import MaskedLayers
from keraport.analysis.shapes import CallShapes
from keraport.catalog.api import load_api
from keraport.catalog.releases import get_release
from keraport.changes import between
from keraport.changes.site import INPUT, Expansion, Refused
from keraport.model import Call, Layer, TensorRef
from keraport.model.weights import constant_weight
from keraport.report import Journal, Verdict
from keraport.translate.rewrite import Rewriting
from keraport.translate.wrapped import as_one_layer, shape_given

PATH = "td/inner"
GIVEN = TensorRef(INPUT, 0, 0)
BEFORE = Layer("inner_before", "Permute", {"name": "inner_before"}, (Call([GIVEN]),))
MAIN = Layer("inner", "Conv1D", {"name": "inner"}, (Call([TensorRef("inner_before", 0, 0)]),))
PERMUTED = Expansion((BEFORE, MAIN), (TensorRef("inner", 0, 0),), main="inner")


def lowering(*shapes: Any, masked: bool = False, stock_only: bool = False) -> Rewriting:
    target = get_release("tf1.12")
    return Rewriting(
        source=get_release("tf2.3"),
        target=target,
        steps=between(get_release("tf2.3"), target),
        api=load_api(target.id),
        journal=Journal(),
        shapes={PATH: tuple(CallShapes((shape,), (None,)) for shape in shapes)},
        masks=MaskedLayers(reached=frozenset({PATH} if masked else ())),
        stock_only=stock_only,
    )


def wrapped(
    how: Rewriting, expansion: Expansion = PERMUTED, wrapper: str = "TimeDistributed"
) -> Layer:
    inner = layer("inner", kind="Conv1D")
    around = layer("td", kind=wrapper, layer=inner)
    return as_one_layer(inner, expansion, how, how.site(PATH, None, around))


def test_they_are_a_model_inside_it() -> None:
    how = lowering((None, 6, 4))
    found = wrapped(how)
    assert found.model is not None
    first, *parts = found.model.layers
    assert first.class_name == "InputLayer"
    assert first.config["batch_input_shape"] == [None, 6, 4]
    assert [(part.name, part.class_name) for part in parts] == [
        ("inner_before", "Permute"),
        ("inner", "Conv1D"),
    ]
    assert parts[0].calls[0].refs() == (TensorRef(first.name, 0, 0),)
    assert found.model.outputs == [TensorRef("inner", 0, 0)]
    assert how.moved == {PATH: f"{PATH}/inner"}


def test_a_part_may_be_called_as_the_input_is() -> None:
    part = Layer("inner_input", "Permute", {"name": "inner_input"}, (Call([GIVEN]),))
    main = Layer("inner", "Conv1D", {"name": "inner"}, (Call([TensorRef("inner_input", 0, 0)]),))
    expansion = Expansion((part, main), (TensorRef("inner", 0, 0),), main="inner")
    found = wrapped(lowering((None, 6, 4)), expansion)
    assert found.model is not None
    assert [part.name for part in found.model.layers] == ["inner_input", "inner_input_1", "inner"]


def test_a_mask_is_let_in_by_the_companion() -> None:
    how = lowering((None, 6, 4), masked=True)
    found = wrapped(how)
    assert found.model is not None
    assert found.model.layers[0].class_name == "InputLayerV2"
    assert how.companions == {"InputLayerV2"}
    with pytest.raises(Refused):
        wrapped(lowering((None, 6, 4), masked=True, stock_only=True))


NEW = constant_weight("w", np.zeros(3, "float32"))
HEAVY = Expansion((BEFORE, replace(MAIN, weights=(NEW,))), (TensorRef("inner", 0, 0),))


@pytest.mark.parametrize(
    ("shapes", "expansion", "wrapper", "reason"),
    [
        ([], PERMUTED, "TimeDistributed", "needs its input shape"),
        ([None], PERMUTED, "TimeDistributed", "needs its input shape"),
        ([(None, 6)], PERMUTED, "Bidirectional", "which Bidirectional cannot hold"),
        ([(None, 6)], HEAVY, "TimeDistributed", "weights that the file does not have"),
    ],
)
def test_what_cannot_be_held_is_refused(
    shapes: list[Any], expansion: Expansion, wrapper: str, reason: str
) -> None:
    with pytest.raises(Refused) as caught:
        wrapped(lowering(*shapes), expansion, wrapper)
    assert reason in caught.value.note.text
    assert caught.value.note.hint


@pytest.mark.parametrize(
    ("shapes", "merged"),
    [
        ([(None, 6, 4)], (None, 6, 4)),
        ([(None, 6, 4), (None, 5, 4)], (None, None, 4)),
        ([(None, 6, 4), (None, 4)], None),
        ([(None, 6, 4), None], None),
        ([], None),
    ],
)
def test_the_shape_of_all_calls(shapes: list[Any], merged: Any) -> None:
    assert shape_given(lowering(*shapes), PATH) == merged


DENSE = item("Dense", "d", units=4, activation="swish")


def distributed(inner: Document) -> Outcome:
    config = {"class_name": inner["class_name"], "config": inner["config"]}
    return run(
        graph(entry("in", (3, 4)), item("TimeDistributed", "td", ["in"], layer=config)),
        "tf2.3",
        "tf1.12",
    )


def test_a_stack_inside_a_wrapper_learns_its_shape() -> None:
    outcome = distributed(stack(DENSE, item("Dense", "e", units=2)))
    inside = outcome.config("td", "layer")
    assert [la["class_name"] for la in inside["layers"]] == [
        *("InputLayer", "Dense", "Activation", "Multiply", "Dense"),
    ]
    assert inside["layers"][0]["config"]["batch_input_shape"] == [None, 4]
    assert outcome.verdict is not Verdict.REFUSED


def test_a_stack_whose_shape_nobody_knows_takes_the_companion() -> None:
    outcome = run(stack(DENSE), "tf2.3", "tf1.12")
    assert outcome.layers["d"]["config"]["activation"] == "swish"
    assert outcome.translation.companions == {"swish"}
    refused = run(stack(DENSE), "tf2.3", "tf1.12", stock_only=True)
    assert refused.verdict is Verdict.REFUSED
