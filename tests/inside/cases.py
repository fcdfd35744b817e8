"""Models that releases saved, with what they predicted there; and files that do not load."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.inside.conftest import Run

ROOT = Path(__file__).parents[2]
CUSTOM = ROOT / "examples" / "custom_layer"


def golden(name: str) -> dict[str, Any]:
    """A golden model, and the arrays that the release gave that saved it."""
    path = ROOT / "tests" / name
    return {"path": str(path), "arrays": str(path.with_suffix(".npz"))}


ACTIVATIONS = golden("golden/tf2.3/advanced_activations.h5")
BILINEAR = golden("golden/keras2.2/bilinear.h5")
"""Needs a companion everywhere but in standalone Keras."""
ARCHIVE = golden("formats/golden/keras3.15/dense.keras")
REFUSED = golden("golden/tf2.3/refused/lambda_layer.h5")
FOREIGN = {"path": str(Path(__file__)), "arrays": ""}
OWN = {"path": str(CUSTOM / "custom_model_tf2.h5"), "arrays": str(CUSTOM / "custom_model_tf2.npz")}
BY_FILE = {**OWN, "keywords": {"objects": [str(CUSTOM / "my_layers.py")]}}
BY_CLASS = {**OWN, "own": "my_layers", "called": "MyCustomLayer"}
ALL = [ACTIVATIONS, BILINEAR, ARCHIVE, REFUSED, FOREIGN, BY_FILE, BY_CLASS]


def assert_loaded(run: Run, count: int, *, package: str, bilinear: str) -> None:
    """The first `count` of `ALL` predict what they did in the release that saved them.

    Args:
        run: of those jobs first.
        count: up to 3.
        package: the module that the classes of models are in.
        bilinear: the class that upsamples.
    """
    for result in run.results[:count]:
        assert_predicts(result)
        assert result["model"].startswith(package)
    assert bilinear in run.results[1]["layers"]
    assert run.left == []
    # Its layers are traced when they predict: their source must still be there.
    assert "AutoGraph" not in run.said


def assert_the_others(run: Run, refused: str, foreign: str) -> None:
    """The rest of `ALL`; the names are those of the errors."""
    for result, name in zip(run.results[3:5], (refused, foreign), strict=True):
        assert name in (result["error"], result["kind"])
    assert "lambda (Lambda): a Lambda holds the bytecode" in run.results[3]["text"]
    assert "expected a Keras model" in run.results[4]["text"]
    for result in run.results[5:7]:
        assert_predicts(result)
        assert "MyCustomLayer" in result["layers"]


def assert_predicts(result: dict[str, Any]) -> None:
    """A model that predicts as recorded."""
    assert "error" not in result, result
    assert result["difference"] <= 1e-5
