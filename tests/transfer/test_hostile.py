"""Architectures that contradict themselves or hold nonsense end with a message."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from tests.transfer.conftest import Written

from keraport.errors import KeraportError, UnsafeFileError
from keraport.formats import read
from keraport.transfer.transfer import transfer


def good(folder: Path) -> Path:
    model = Written()
    model.outputs = [model.dense("a", model.input("x"))]
    return model.h5(folder / "good.h5")


NONSENSE: list[dict[str, Any]] = [
    {"units": "many"},
    {"units": -1},
    {"units": None},
    {"units": [4]},
    {"activation": {"a": [1]}},
    {"activation": ["relu"]},
    {"dtype": {"class_name": "Policy", "config": 3}},
    {"dtype": ["float32"]},
    {"use_bias": "no"},
    {"name": "\0" + "0\0"},
]


@pytest.mark.parametrize("config", NONSENSE)
@pytest.mark.parametrize("as_json", [True, False])
def test_nonsense_in_a_config(config: dict[str, Any], as_json: bool, tmp_path: Path) -> None:
    model = Written("tf1.12")
    model.outputs = [model.dense("a", model.input("x"))]
    model.layers[-1]["config"].update(config)
    rebuilt = model.json(tmp_path / "r.json") if as_json else model.h5(tmp_path / "r.h5")
    with suppress(KeraportError):
        transfer(good(tmp_path), rebuilt, tmp_path / "out.h5")
    if (tmp_path / "out.h5").exists():
        assert read(tmp_path / "out.h5").groups


LAYERS: list[tuple[str, dict[str, Any]]] = [
    ("ReLU", {"max_value": [6], "negative_slope": {"a": 1}}),
    ("MaxPooling1D", {"pool_size": None, "strides": "x"}),
    ("Conv2D", {"filters": 4, "kernel_size": 3, "groups": 0}),
    ("Concatenate", {"axis": {"a": 1}}),
    ("BatchNormalization", {"axis": "x"}),
    ("LSTM", {"units": 0}),
    ("Bidirectional", {"layer": 3}),
    ("TimeDistributed", {"layer": {"class_name": "Dense", "config": {}}}),
    ("RNN", {"cell": {"class_name": "LSTMCell", "config": {}}}),
    ("PReLU", {"shared_axes": 1}),
]


@pytest.mark.parametrize(("name", "config"), LAYERS)
def test_nonsense_in_a_layer(name: str, config: dict[str, Any], tmp_path: Path) -> None:
    model = Written("tf1.12")
    model.dense("a", model.input("x"))
    model.outputs = [model.add(name, "odd", "a", **config)]
    with pytest.raises(KeraportError):
        transfer(good(tmp_path), model.json(tmp_path / "r.json"), tmp_path / "out.h5")
    assert not (tmp_path / "out.h5").exists()


@pytest.mark.parametrize(
    "inputs", [[["b", 0, 0, {}]], [["nobody", 0, 0, {}]], [["x", 7, 0, {}]], [["x", 0, 9, {}]]]
)
def test_graphs_that_contradict_themselves(inputs: list[Any], tmp_path: Path) -> None:
    model = Written("tf1.12")
    model.dense("a", model.input("x"))
    model.outputs = [model.dense("b", "a")]
    model.layers[1]["inbound_nodes"] = [inputs]
    with pytest.raises(KeraportError):
        transfer(good(tmp_path), model.json(tmp_path / "r.json"), tmp_path / "out.h5")


def doubled(depth: int) -> dict[str, Any]:
    """A model that calls the next one twice, and so on."""
    start = Written("tf1.12")
    start.input("x")
    if depth == 0:
        start.outputs = [start.dense("a", "x")]
        return start.config
    inner = doubled(depth - 1)
    calls = [[["x", 0, 0, {}]], [["inner", 1, 0, {}]]]
    start.layers.append({**inner, "name": "inner", "inbound_nodes": calls})
    config = start.config
    config["config"]["output_layers"] = [["inner", 2, 0]]
    return config


def test_models_that_multiply_their_calls(tmp_path: Path) -> None:
    config = {**doubled(15), "keras_version": "2.1.6-tf", "backend": "tensorflow"}
    (tmp_path / "r.json").write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(UnsafeFileError, match="20,000"):
        transfer(good(tmp_path), tmp_path / "r.json", tmp_path / "out.h5")
