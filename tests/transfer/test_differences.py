"""What two layers compute differently, whoever wrote them down."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.transfer.conftest import FIXTURES, Written

from keraport.catalog.releases import get_release
from keraport.formats import read
from keraport.model import Model
from keraport.transfer.choices import Choices
from keraport.transfer.differences import Difference, differences
from keraport.transfer.transfer import prepare
from keraport.translate.to_hub import normalise


def neutral(path: Path, release: str) -> Model:
    model = read(path).model
    assert model is not None
    return normalise(model, None, get_release(release))[0]


def found(trained: str, rebuilt: str, *pairs: tuple[str, str]) -> tuple[Difference, ...]:
    return differences(
        neutral(FIXTURES / trained, "tf2.3"), neutral(FIXTURES / rebuilt, "tf1.12"), pairs
    )


def test_releases_write_the_same_layer_differently() -> None:
    pairs = [
        ("stem", "c1"),
        ("stem_bn", "b1"),
        ("right_1", "d1"),
        ("right_2", "s1"),
        ("head", "fc"),
    ]
    rows = found("cnn_trained.h5", "cnn_renamed.h5", *pairs)
    assert rows == (Difference("stem", "c1", "activation", "relu", "linear"),)


def test_gates() -> None:
    rows = found("recurrent_trained.h5", "recurrent_defaults.json", ("gru", "g"), ("lstm", "l"))
    assert rows == (
        Difference("gru", "g", "recurrent_activation", "sigmoid", "hard_sigmoid"),
        Difference("gru", "g", "reset_after", True, False),
        Difference("lstm", "l", "recurrent_activation", "sigmoid", "hard_sigmoid"),
    )
    inside = found("recurrent_trained.h5", "recurrent_defaults.json", ("both_ways", "bi"))
    assert [row.key for row in inside] == ["layer.recurrent_activation"]


def test_cudnn_layers_compute_what_the_general_ones_do() -> None:
    pairs = [("both_ways", "bi"), ("gru", "g"), ("lstm", "l")]
    assert found("recurrent_trained.h5", "recurrent_cudnn.json", *pairs) == ()


ONE_LAYER: list[tuple[str, dict[str, Any], dict[str, Any], list[str]]] = [
    ("MaxPooling1D", {"pool_size": [2], "strides": None}, {"pool_size": [2], "strides": [2]}, []),
    (
        "MaxPooling1D",
        {"pool_size": [2], "strides": [2]},
        {"pool_size": [3], "strides": [2]},
        ["pool_size"],
    ),
    ("LeakyReLU", {"alpha": 0.3}, {"alpha": {"type": "ndarray", "value": 0.30000001192092896}}, []),
    ("LeakyReLU", {"alpha": 0.3}, {"alpha": 0.2}, ["alpha"]),
    ("Softmax", {"axis": -1}, {"axis": 1}, []),
    ("Concatenate", {"axis": 1}, {"axis": -1}, []),
    ("Dropout", {"rate": 0.1}, {"rate": 0.9}, []),
    ("Conv1D", {"filters": 2, "padding": "same"}, {"filters": 2, "padding": "valid"}, ["padding"]),
    ("Dense", {"units": 2, "activation": None}, {"units": 2, "activation": "linear"}, []),
    ("Dense", {"units": 2, "kernel_initializer": "zeros"}, {"units": 2}, []),
    ("Activation", {"activation": "selu"}, {"activation": "relu"}, ["activation"]),
]


@pytest.mark.parametrize(("name", "one", "other", "keys"), ONE_LAYER)
def test_settings(
    name: str, one: dict[str, Any], other: dict[str, Any], keys: list[str], tmp_path: Path
) -> None:
    models = []
    for release, config in (("tf2.3", one), ("tf1.12", other)):
        model = Written(release)
        model.input("x")
        inputs = ["x", "x"] if name == "Concatenate" else ["x"]
        model.outputs = [model.add(name, "layer", *inputs, **config)]
        models.append(neutral(model.json(tmp_path / f"{release}.json"), release))
    rows = differences(models[0], models[1], [("layer", "layer")])
    assert [row.key for row in rows if row.arithmetic] == keys


def told(trained: Written, rebuilt: Written, folder: Path) -> list[tuple[str, str, str]]:
    plan = prepare(
        trained.h5(folder / "t.h5"), rebuilt.json(folder / "r.json"), folder / "o.h5", Choices()
    )
    assert {item.kind for item in plan.transfer.refusals} <= {"difference"}
    return [(item.trained, item.rebuilt, item.key) for item, _ in plan.transfer.differences]


def between_two(release: str, *layers: tuple[str, dict[str, Any]], activation: str) -> Written:
    """Dense, then layers without weights, then Dense."""
    model = Written(release)
    last = model.dense("a", model.input("x"), activation=activation)
    for number, (name, config) in enumerate(layers):
        last = model.add(name, f"{name.lower()}_{number}", last, **config)
    model.outputs = [model.dense("b", last)]
    return model


RELU: tuple[str, dict[str, Any]] = (
    "ReLU",
    {"max_value": None, "negative_slope": 0.0, "threshold": 0.0},
)
TANH: tuple[str, dict[str, Any]] = ("Activation", {"activation": "tanh"})
DROPOUT: tuple[str, dict[str, Any]] = ("Dropout", {"rate": 0.5})


def test_an_activation_may_be_a_layer_of_its_own(tmp_path: Path) -> None:
    trained = between_two("tf2.3", DROPOUT, activation="relu")
    assert told(trained, between_two("tf1.12", RELU, activation="linear"), tmp_path) == []


def test_an_activation_that_is_missing(tmp_path: Path) -> None:
    trained = between_two("tf2.3", activation="relu")
    rows = told(trained, between_two("tf1.12", activation="linear"), tmp_path)
    assert rows == [("a", "a", "activation")]


def test_an_activation_layer_that_differs(tmp_path: Path) -> None:
    trained = between_two("tf2.3", TANH, activation="linear")
    rows = told(trained, between_two("tf1.12", RELU, activation="linear"), tmp_path)
    assert rows == [("activation_0", "relu_0", "activation")]


def test_a_layer_without_weights_that_is_missing(tmp_path: Path) -> None:
    shape: tuple[str, dict[str, Any]] = ("Permute", {"dims": [1]})
    trained = between_two("tf2.3", shape, activation="relu")
    rows = told(trained, between_two("tf1.12", activation="relu"), tmp_path)
    assert rows == [("permute_0", "b", "inputs")]


def test_the_wires_of_a_shortcut(tmp_path: Path) -> None:
    def model(release: str, shortcut: str) -> Written:
        made = Written(release)
        made.dense("a", made.input("x"))
        made.dense("b", "a")
        made.add("Add", "sum", "b", shortcut)
        made.outputs = [made.dense("c", "sum")]
        return made

    assert told(model("tf2.3", "x"), model("tf1.12", "x"), tmp_path) == []
    assert told(model("tf2.3", "x"), model("tf1.12", "a"), tmp_path) == [("c", "c", "inputs")]


def test_a_difference_has_a_way_out(tmp_path: Path) -> None:
    paths = FIXTURES / "chain_trained.h5", FIXTURES / "chain_relu.json"
    plan = prepare(*paths, tmp_path / "o.h5", Choices())
    (first, *_) = plan.transfer.refusals
    assert first.text == (
        "layer 'dense_2', in the architecture 'x': activation was 'selu', and is 'relu' in the "
        "architecture"
    )
    assert "activation='selu'" in first.hint
    assert "--allow-different x" in first.hint
    allowed = Choices(allow_different=frozenset("xyz"))
    assert prepare(*paths, tmp_path / "o.h5", allowed).transfer.refusals == ()
    document = json.dumps(plan.transfer.to_json())
    assert json.loads(document)["differences"][0]["allowed"] is False
