"""Classes that are the user's own are refused by name, with what to do about it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.graphs import call, entry, graph, layer, nested, stack

from keraport.catalog.api import load_api
from keraport.model import Layer, Model, Object, StoredBytes, Weight
from keraport.own.custom import refuse_unknown
from keraport.report import Journal, Note, Verdict

PLACE = StoredBytes(Path("model.h5"), "/")
KERNEL = Weight("mine/kernel:0", (4, 2), "float32", PLACE)
MINE = Layer("mine", "Mine", {"name": "mine", "units": 2}, weights=(KERNEL,))


def refused(model: Model, *custom: str, release: str = "tf2.3") -> dict[str, list[Note]]:
    journal = Journal()
    refuse_unknown(model, load_api(release), journal, frozenset(custom))
    return journal.layers


def test_a_class_of_ones_own() -> None:
    found = refused(stack(entry("in"), MINE))
    assert list(found) == ["mine"]
    (note,) = found["mine"]
    assert note.verdict is Verdict.REFUSED
    assert note.text == (
        "Mine is not built into tf2.3; treated as a custom class; config: units=2; "
        "weights: mine/kernel:0 [4, 2]"
    )
    assert "class Mine" in note.hint
    assert "--objects FILE.py" in note.hint


def test_without_keywords_and_weights() -> None:
    (note,) = refused(stack(layer("mine", kind="Mine", trainable=True)))["mine"]
    assert note.text.endswith("config: no keywords; weights: none")


def test_a_class_that_the_user_defines() -> None:
    (note,) = refused(stack(MINE), "Mine")["mine"]
    assert note.verdict is Verdict.UNCHANGED
    assert "your file" in note.text


@pytest.mark.parametrize("release", ["tf1.12", "tf1.15", "tf2.3"])
def test_built_in_classes(release: str) -> None:
    model = graph(entry("in"), layer("d", "in"), outputs=["d"])
    assert refused(model, release=release) == {}


def test_at_any_depth() -> None:
    inner = graph(entry("x"), layer("mine", "x", kind="Mine"), outputs=["mine"], name="inner")
    wrapped = layer("td", kind="TimeDistributed", layer=layer("also", kind="Also"))
    rnn = layer("rnn", kind="RNN", cell=[layer("cell", kind="MyCell")])
    model = stack(nested(inner), wrapped, rnn)
    assert list(refused(model)) == ["inner/mine", "td/also", "rnn/cell"]


def test_a_subclassed_model_is_none_of_its_business() -> None:
    """A model is a graph whatever its class is called; the target's catalog is asked later."""
    model = nested(graph(entry("x"), outputs=["x"], name="inner"))
    assert refused(stack(model)) == {}


def test_objects_of_ones_own() -> None:
    dense = layer(
        "d",
        kind="Dense",
        activation="mish",
        kernel_initializer=Object("Corners", {"value": 0.5}),
        bias_initializer=Object("Zeros", {}),
        bias_regularizer=None,
    )
    first, second = refused(stack(entry("in"), dense))["d"]
    assert (
        first.text
        == "activation: the activation mish is not built into tf2.3; treated as a custom object"
    )
    assert second.text.startswith(
        "kernel_initializer: the initializer Corners is not built into tf2.3"
    )
    assert second.text.endswith("config: value=0.5")
    assert first.options == second.options == ("--objects", "FILE.py")
    assert refused(stack(dense), "mish", "Corners") == {}


def test_a_function_without_a_name() -> None:
    (note,) = refused(stack(layer("hidden", kind="Dense", activation="<lambda>")))["hidden"]
    assert note.options == ("--objects", "FILE.py", "--map", "<lambda>=FUNCTION")
    assert "--map hidden.activation=FUNCTION" in note.hint


def test_words_that_a_layer_knows_itself() -> None:
    features = layer("f", kind="RandomFourierFeatures", kernel_initializer="gaussian")
    assert refused(stack(features)) == {}


OWN_CONFIG: dict[str, dict[str, Any]] = {
    "other keywords": {"eps": 1e-6, "trainable": True},
    "none of the keywords that the built-in class writes": {"trainable": True, "dtype": "float32"},
}


@pytest.mark.parametrize("case", OWN_CONFIG)
def test_a_class_of_ones_own_with_a_built_in_name(case: str) -> None:
    """People write their own ``LayerNormalization``, and its weights come in another order."""
    mine = layer("norm", kind="LayerNormalization", **OWN_CONFIG[case])
    (note,) = refused(stack(mine))["norm"]
    assert note.verdict is Verdict.REFUSED
    assert "so LayerNormalization is a custom class, or another release wrote it" in note.text
    assert note.options == ("--objects", "FILE.py")
    (note,) = refused(stack(mine), "LayerNormalization")["norm"]
    assert note.verdict is Verdict.UNCHANGED


OWN_WEIGHTS = {"GRU": 4, "EinsumDense": 3, "Conv1DTranspose": 3, "SimpleRNN": 4, "Rescaling": 1}


@pytest.mark.parametrize("kind", OWN_WEIGHTS)
def test_more_weights_than_the_built_in_class_has(kind: str) -> None:
    count = OWN_WEIGHTS[kind]
    mine = replace(layer("mine", kind=kind), weights=(KERNEL,) * count)
    (note,) = refused(stack(mine))["mine"]
    assert note.verdict is Verdict.REFUSED
    assert f"{count - 1 or 'no'} weights, and this one has {count}" in note.text
    fewer = replace(mine, weights=(KERNEL,) * (count - 1))
    assert refused(stack(fewer)) == {}
    # An activation that is a layer has weights of its own, which stand among those of the layer.
    held = mine.with_config({**mine.config, "recurrent_activation": layer("a", kind="PReLU")})
    assert not any("weights" in note.text for note in refused(stack(held)).get("mine", ()))


@pytest.mark.parametrize("kind", ["Embedding", "LayerNormalization", "Masking", "UpSampling3D"])
def test_more_inputs_than_the_built_in_class_takes(kind: str) -> None:
    mine = layer("mine", call("a", "b"), kind=kind)
    model = graph(entry("a"), entry("b"), mine, outputs=["mine"])
    (note,) = refused(model)["mine"]
    assert "is called on one tensor, and this one on 2" in note.text


def test_a_config_that_people_wrote_is_short() -> None:
    assert refused(stack(layer("norm", kind="LayerNormalization"))) == {}


@pytest.mark.parametrize(
    ("name", "public"), [("leaky_relu", "tf.nn.leaky_relu"), ("abs", "tf.math.abs"), ("mine", "")]
)
def test_an_activation_may_be_a_function_of_tensorflow(name: str, public: str) -> None:
    """``activation=tf.nn.leaky_relu`` is saved by its last word, as an own function is."""
    model = stack(entry("in"), layer("dense", kind="Dense", units=2, activation=name))
    notes = [n for n in refused(model)["dense"] if n.verdict is Verdict.REFUSED]
    (note,) = [n for n in notes if n.text.startswith("activation:")]
    assert (f"def {name}(x): return {public}(x)" in note.hint) == bool(public)
    assert "--objects FILE.py" in note.hint
