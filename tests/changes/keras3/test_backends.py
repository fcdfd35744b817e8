"""Keras 3 on jax and torch: what they lack is refused or left out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.changes.conftest import Document, Outcome, entry, graph, item

from keraport.catalog.backends import on_backend
from keraport.catalog.releases import get_release
from keraport.changes.keras3.functions_in_ops import _OF, keywords_in_ops
from keraport.changes.keras3.operations import _allowed
from keraport.dialects import parse_model
from keraport.errors import UsageError
from keraport.model import Format, ModelFile, Producer
from keraport.report import Verdict
from keraport.translate.translation import translate

IMAGE = (9, 8, 3)


def run(document: Document, backend: str) -> Outcome:
    model = parse_model(document)
    file = ModelFile(Path("model.json"), Format.JSON, Producer(), model)
    target = on_backend(get_release("keras3.15"), backend)
    return Outcome(translate(file, model, get_release("tf2.15"), target))


def one(class_name: str, shape: tuple[int, ...], **config: Any) -> Document:
    kind = {"dtype": "string"} if class_name in ("StringLookup", "Hashing") else {}
    return graph(entry(shape=shape, **kind), item(class_name, "layer", ["in"], **config))


@pytest.mark.parametrize(
    ("backends", "reason", "document"),
    [
        ("jax torch", "needs TensorFlow", one("StringLookup", (3,), vocabulary=["a"])),
        ("jax torch", "needs TensorFlow", one("Hashing", (3,), num_bins=3)),
        ("jax torch", "interpolation='bicubic'",
         one("Resizing", IMAGE, height=4, width=4, interpolation="bicubic")),
        ("torch", "interpolation='lanczos3'",
         one("UpSampling2D", IMAGE, size=[2, 2], interpolation="lanczos3")),
        ("torch", "counts the padding",
         one("AveragePooling2D", IMAGE, pool_size=[3, 3], strides=[2, 2], padding="same")),
        ("jax", "computes in float32", one("Dense", (4,), units=2, dtype="float64")),
    ],
)  # fmt: skip
def test_what_a_backend_lacks_is_refused(backends: str, reason: str, document: Document) -> None:
    for backend in ("tensorflow", "jax", "torch"):
        outcome = run(document, backend)
        refused = outcome.verdict is Verdict.REFUSED
        assert refused == (backend in backends.split()), backend
        if refused:
            assert any(reason in note.text for note in outcome.notes())


def test_averages_without_padding_stay() -> None:
    document = one("AveragePooling2D", (8, 8, 3), pool_size=[2, 2], strides=[2, 2], padding="same")
    assert run(document, "torch").verdict is not Verdict.REFUSED


def function(called: str, of: str = "float32", /, **keywords: Any) -> Document:
    layer = item("TFOpLambda", "layer", ["in"], function=called)
    layer["inbound_nodes"] = [["in", 0, 0, keywords]]
    return graph(entry(dtype=of), layer)


@pytest.mark.parametrize(
    "document",
    [
        function("math.exp", name=None),
        function("math.multiply", y=2.0, name=None),
        function("math.reduce_mean", axis=[0, 1]),
        function("math.maximum", "int32", y=2),
        function("cast", "int32", dtype="float32"),
        function("compat.v1.transpose", perm=[1, 0], conjugate=False, name="transpose"),
    ],
)
def test_functions_are_computed_with_keras_ops_elsewhere(document: Document) -> None:
    assert "TFOpLambda" in run(document, "tensorflow").translation.companions
    for backend in ("jax", "torch"):
        assert "TFOpLambdaV2" in run(document, backend).translation.companions


@pytest.mark.parametrize(
    ("reason", "document"),
    [
        ("tf.math.lgamma", function("math.lgamma")),
        ("tf.math.reduce_mean of int32", function("math.reduce_mean", "int32", axis=-1)),
        ("tf.math.truediv of int32", function("math.truediv", "int32", y=2)),
        ("tf.cast to float64", function("cast", dtype="float64")),
        ("with exclusive=True", function("math.exp", exclusive=True)),
    ],
)
def test_functions_that_may_differ_elsewhere_are_refused(reason: str, document: Document) -> None:
    assert run(document, "tensorflow").verdict is not Verdict.REFUSED or "exclusive" in reason
    for backend in ("jax", "torch"):
        assert reason in run(document, backend).refusal().text


def test_integers_of_jax_are_narrower() -> None:
    outcome = run(function("math.argmax", axis=-1), "jax")
    assert any("int64 is int32" in note.text for note in outcome.notes())


def test_all_functions_of_the_companion_are_allowed_with_tensorflow_too() -> None:
    assert keywords_in_ops().keys() <= _allowed("_functions")
    assert keywords_in_ops().keys() | {"__operators__.getitem"} >= _OF.keys()


def test_a_companion_in_keras_ops_runs_on_all() -> None:
    document = one("Dense", (4,), units=2, activation="hard_sigmoid")
    for backend in ("tensorflow", "jax", "torch"):
        assert "hard_sigmoidV2" in run(document, backend).translation.companions


def test_batches_are_added_up_on_tensorflow_alone() -> None:
    document = one("BatchNormalization", (4,), axis=[1], synchronized=True)
    assert run(document, "tensorflow").config()["synchronized"] is True
    assert "synchronized" not in run(document, "jax").config()


def test_wide_integers_are_said() -> None:
    notes = run(
        graph(entry(dtype="int64"), item("Embedding", "layer", ["in"], input_dim=3, output_dim=2)),
        "jax",
    ).notes("in")
    assert any("int32 on jax" in note.text for note in notes)


def test_a_backend_that_a_release_does_not_have() -> None:
    with pytest.raises(UsageError, match="runs on tensorflow, jax, torch"):
        on_backend(get_release("keras3.15"), "numpy")
    with pytest.raises(UsageError, match="runs on tensorflow") as caught:
        on_backend(get_release("tf2.3"), "jax")
    assert "leave out" in caught.value.hint
