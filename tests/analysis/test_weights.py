"""Weights in the order in which the target hands them out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.graphs import call, entry, graph, layer, nested

from keraport.analysis.weights import (
    SharedWeightsError,
    UnknownOrderError,
    in_target_order,
    ordered_groups,
    slots,
)
from keraport.model import Layer, Model, StoredBytes, Weight


def weights(*names: str) -> tuple[Weight, ...]:
    place = StoredBytes(Path("model.h5"), "/")
    return tuple(Weight(name, (2, 2), "float32", place) for name in names)


def weighted(part: Layer, *names: str) -> Layer:
    return replace(part, weights=weights(*names))


def names_of(groups: Any) -> dict[str, list[str]]:
    return {group.layer: [weight.name for weight in group.weights] for group in groups}


def listed(part: Layer) -> list[tuple[str, str]]:
    return slots(part, "", trainable=True) + slots(part, "", trainable=False)


OWN: list[tuple[Layer, list[str]]] = [
    (layer("l"), ["kernel", "bias"]),
    (layer("l", use_bias=False), ["kernel"]),
    (layer("l", kind="Embedding"), ["embeddings"]),
    (layer("l", kind="PReLU"), ["alpha"]),
    (layer("l", kind="DepthwiseConv2D"), ["depthwise_kernel", "bias"]),
    (layer("l", kind="SeparableConv1D"), ["depthwise_kernel", "pointwise_kernel", "bias"]),
    (layer("l", kind="LSTM", use_bias=False), ["kernel", "recurrent_kernel"]),
    (layer("l", kind="Flatten"), []),
    (
        layer("l", kind="BatchNormalization"),
        ["gamma", "beta", "moving_mean", "moving_variance"],
    ),
    (
        layer("l", kind="BatchNormalization", scale=False, trainable=False),
        ["beta", "moving_mean", "moving_variance"],
    ),
]
"""What ``Layer.weights`` of TF 1.12 and 2.3 holds, by the names of the variables."""


@pytest.mark.parametrize(("part", "expected"), OWN)
def test_the_weights_of_a_layer(part: Layer, expected: list[str]) -> None:
    assert [name for _, name in listed(part)] == expected


def block(*, frozen: str = "", name: str = "block") -> Layer:
    """A model of Dense a, BatchNormalization n, Dense b, one of them frozen."""
    parts = [
        layer("a", "x", trainable=frozen != "a"),
        layer("n", "a", kind="BatchNormalization", trainable=frozen != "n"),
        layer("b", "n", trainable=frozen != "b"),
    ]
    return nested(graph(entry("x"), *parts, outputs=["b"], name=name), "in")


MEANS = [("block/n", "moving_mean"), ("block/n", "moving_variance")]
A = [("block/a", "kernel"), ("block/a", "bias")]
N = [("block/n", "gamma"), ("block/n", "beta")]
B = [("block/b", "kernel"), ("block/b", "bias")]


@pytest.mark.parametrize(
    ("frozen", "expected"),
    [
        ("", [*A, *N, *B, *MEANS]),
        ("a", [*N, *B, *A, *MEANS]),
        ("n", [*A, *B, *N, *MEANS]),
        ("b", [*A, *N, *MEANS, *B]),
    ],
)
def test_a_model_lists_trainable_weights_first(frozen: str, expected: list[Any]) -> None:
    assert listed(block(frozen=frozen)) == expected


def test_a_wrapped_layer_and_its_cells() -> None:
    cells = [layer(f"c{at}", kind="LSTMCell") for at in range(2)]
    stacked = layer("cells", kind="StackedRNNCells", cells=cells)
    assert [path for path, _ in listed(layer("rnn", kind="RNN", cell=stacked))] == [
        "rnn/cells/c0",
        "rnn/cells/c0",
        "rnn/cells/c0",
        "rnn/cells/c1",
        "rnn/cells/c1",
        "rnn/cells/c1",
    ]


def branches(*, long: bool) -> Model:
    """Dense a beside b, c; behind a may stand two layers more, which makes a the deepest."""
    if long:
        behind = [layer("p", "a", kind="ReLU"), layer("q", "p", kind="ReLU")]
        outer = [layer("a", "x"), *behind, layer("b", "x"), layer("c", "b")]
        last = "q"
    else:
        outer = [layer("a", "x"), layer("b", "x"), layer("c", "b")]
        last = "a"
    add = layer("add", call(last, "c"), kind="Add")
    return graph(entry("x"), *outer, add, outputs=["add"], name="inner")


def outer_of(inner: Model, *names: str) -> Model:
    part = weighted(nested(inner, "in"), *names)
    return graph(entry("in"), part, outputs=["inner:1"])


SHORT_ORDER = ("b.kernel", "b.bias", "a.kernel", "a.bias", "c.kernel", "c.bias")


def test_layers_that_change_places_take_their_weights_along() -> None:
    """By depth TF lists b, a, c in the short graph and a, b, c in the long one."""
    source = outer_of(branches(long=False), *SHORT_ORDER)
    target = outer_of(branches(long=True), *SHORT_ORDER)
    assert names_of(ordered_groups(source, target, {})) == {
        "in": [],
        "inner": ["a.kernel", "a.bias", "b.kernel", "b.bias", "c.kernel", "c.bias"],
    }
    assert names_of(ordered_groups(source, source, {}))["inner"] == list(SHORT_ORDER)


def test_layers_that_moved_are_followed() -> None:
    source = outer_of(branches(long=False), *SHORT_ORDER)
    renamed = branches(long=True)
    layers = tuple(
        replace(part, name="a_linear") if part.name == "a" else part for part in renamed.layers
    )
    layers = tuple(
        replace(part, calls=(call("a_linear"),)) if part.name == "p" else part for part in layers
    )
    target = outer_of(replace(renamed, layers=layers), *SHORT_ORDER)
    moved = {"inner/a": "inner/a_linear"}
    found = names_of(ordered_groups(source, target, moved))["inner"]
    assert found[:4] == ["a.kernel", "a.bias", "b.kernel", "b.bias"]
    with pytest.raises(UnknownOrderError) as caught:
        ordered_groups(source, target, {})
    assert str(caught.value) == "inner"


def test_weights_of_unknown_classes_do_not_change_places_blindly() -> None:
    def mine(model: Model) -> Model:
        layers = tuple(
            replace(part, class_name="Mine") if part.name == "b" else part for part in model.layers
        )
        return replace(model, layers=layers)

    source = outer_of(mine(branches(long=False)), *SHORT_ORDER)
    target = outer_of(mine(branches(long=True)), *SHORT_ORDER)
    with pytest.raises(UnknownOrderError):
        ordered_groups(source, target, {})
    same = ordered_groups(source, source, {})
    assert names_of(same)["inner"] == list(SHORT_ORDER)


def test_outer_layers_stand_in_the_order_of_the_target() -> None:
    layers = [
        weighted(layer("c", "b"), "c"), weighted(layer("b", "a"), "b"),
        weighted(layer("a", "in"), "a"), entry("in"),
    ]  # fmt: skip
    model = graph(*layers, outputs=["c"])
    assert list(names_of(ordered_groups(model, model, {}))) == ["in", "a", "b", "c"]


def test_both_directions_have_weights() -> None:
    wrapped = layer("lstm", kind="LSTM")
    found = listed(layer("b", kind="Bidirectional", layer=wrapped))
    names = ["kernel", "recurrent_kernel", "bias"]
    assert found == [
        *(("b/forward_lstm", name) for name in names),
        *(("b/backward_lstm", name) for name in names),
    ]


def test_models_inside_a_wrapper_stand_in_the_order_of_the_target() -> None:
    inner = graph(
        entry("x"), layer("b", "a", kind="PReLU"), layer("a", "x"), outputs=["b"], name="inner"
    )
    found = layer("td", kind="TimeDistributed", layer=nested(inner))
    assert [name for _, name in listed(in_target_order(found))] == ["kernel", "bias", "alpha"]


def test_weights_that_layers_share_are_in_the_file_once() -> None:
    """``weights`` of a model in TF 2.3 names no variable twice; its architecture has two layers."""
    inner = graph(entry("x"), layer("a", "x"), layer("b", "a"), outputs=["b"], name="inner")
    source = outer_of(inner, "a/kernel", "a/bias")
    with pytest.raises(SharedWeightsError):
        ordered_groups(source, source, {})
