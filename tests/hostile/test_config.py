"""Classes and modules that a config names (C2, C3): data, named in the report, never imported."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from tests.hostile.models import as_hdf5, as_json, dense, entry, given, model

from keraport.convert import plan
from keraport.inspection.inspect import inspect
from keraport.inspection.rules import HazardKind

FOREIGN = [
    {"module": "builtins", "class_name": "exec", "config": {"source": "import os"}},
    {"module": "os", "class_name": "system", "config": {"command": "id"}},
    {"module": "subprocess", "class_name": "Popen", "config": {"args": ["id"]}},
    {"module": "antigravity", "class_name": "geohash", "config": {}},
    {"module": "builtins", "class_name": "exec", "config": None, "registered_name": "exec"},
]
KEYS = ["kernel_initializer", "bias_regularizer", "kernel_constraint", "activation"]


@pytest.mark.parametrize("item", FOREIGN, ids=lambda item: f"{item['module']}.{item['class_name']}")
@pytest.mark.parametrize("key", KEYS)
def test_an_object_from_any_module(key: str, item: dict[str, Any], tmp_path: Path) -> None:
    before = set(sys.modules)
    document = model(given(), dense("d", "in", **{key: item}))
    for path in (as_json(document, tmp_path), as_hdf5(document, tmp_path)):
        found = inspect(path).hazards
        assert any(h.kind is HazardKind.MODULE and item["module"] in h.text for h in found), found
        (row,) = plan(path, "tf1.12").report.refusals
        assert row.path == "d"
        assert any(str(item["class_name"]) in note.text for note in row.notes)
    assert "antigravity" not in set(sys.modules) - before


HELPERS = [
    "keras.utils.get_file",
    "get_file",
    "keras.models.load_model",
    "load_model",
    "tf.keras.utils.get_file",
    "deserialize",
    "Sequential.from_config",
    "builtins.eval",
    "np.load",
]


@pytest.mark.parametrize("name", HELPERS)
@pytest.mark.parametrize("module", [None, "keras.utils", "keras.models", "tensorflow.io"])
def test_a_helper_is_no_layer(name: str, module: str | None, tmp_path: Path) -> None:
    own = entry("helper", name, {"name": "helper", "origin": "http://127.0.0.1:9/x"}, "in")
    wrapped = {"class_name": name, "config": {"name": "inner", "origin": "file:///etc/passwd"}}
    around = {"name": "w", "trainable": True, "dtype": "float32", "layer": wrapped}
    if module is not None:
        own["module"] = wrapped["module"] = module
    document = model(given(), own, entry("w", "TimeDistributed", around, "helper"))
    path = as_json(document, tmp_path)
    hazards = [h.where for h in inspect(path).hazards if h.kind is HazardKind.CUSTOM_CLASS]
    assert hazards == ["helper", "w/inner"]
    refused = plan(path, "tf1.12").report.refusals
    assert {row.path for row in refused} >= {"helper", "w/inner"}


@pytest.mark.parametrize("name", ["exec", "eval", "get_file", "__import__"])
def test_functions_by_name(name: str, tmp_path: Path) -> None:
    path = as_json(model(given(), dense("d", "in", activation=name)), tmp_path)
    (row,) = plan(path, "tf1.12").report.refusals
    assert [note.text for note in row.notes] == [
        f"activation: the activation {name} is not built into tf2.3; treated as a custom object"
    ]


@pytest.mark.parametrize("where", ["loss", "metrics"])
def test_training(where: str, tmp_path: Path) -> None:
    training: dict[str, Any] = {
        "loss": "mse",
        "metrics": None,
        "optimizer_config": {"class_name": "SGD", "config": {"learning_rate": 0.1}},
    }
    training[where] = "exec" if where == "loss" else ["exec"]
    path = as_hdf5(model(given(), dense("d", "in")), tmp_path, training)
    report = plan(path, "tf1.12").report
    assert any("'exec'" in text for text in report.left_out), report.left_out
