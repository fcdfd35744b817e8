"""Keras 3 on jax and torch: what they lack is refused or left out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.changes.conftest import Document, Outcome, entry, graph, item

from keraport.analysis.wide import has_to_be_widened
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


def run(document: Document, backend: str, source: str = "tf2.15") -> Outcome:
    model = parse_model(document)
    file = ModelFile(Path("model.json"), Format.JSON, Producer(), model)
    target = on_backend(get_release("keras3.15"), backend)
    return Outcome(translate(file, model, get_release(source), target))


def one(class_name: str, shape: tuple[int, ...], **config: Any) -> Document:
    kind = {"dtype": "string"} if class_name in ("StringLookup", "Hashing") else {}
    return graph(entry(shape=shape, **kind), item(class_name, "layer", ["in"], **config))


def hashed(**config: Any) -> Document:
    layer = item("Hashing", "layer", ["in"], **{"num_bins": 3, **config})
    return graph(entry(shape=(3,), dtype="int64"), layer)


def looked_up(**config: Any) -> Document:
    layer = item("IntegerLookup", "layer", ["in"], **{"vocabulary": [3, 4], **config})
    return graph(entry(shape=(3,), dtype="int64"), layer)


@pytest.mark.parametrize(
    ("backends", "reason", "document"),
    [
        ("jax torch", "needs TensorFlow", one("StringLookup", (3,), vocabulary=["a"])),
        ("jax torch", "needs TensorFlow", one("Hashing", (3,), num_bins=3)),
        ("jax torch", "needs TensorFlow", one("HashedCrossing", (1,), num_bins=3)),
        ("jax torch", "without a salt", hashed()),
        ("jax torch", "Hashing of words", one("Hashing", (3,), num_bins=3, salt=[1, 2])),
        ("jax torch", "invert=True", looked_up(invert=True)),
        ("jax torch", "idf_weights=[1, 2]", looked_up(output_mode="tf_idf", idf_weights=[1, 2])),
        ("jax", "wider than int32", looked_up(vocabulary=[2**40])),
        ("torch", "interpolation='lanczos3'",
         one("UpSampling2D", IMAGE, size=[2, 2], interpolation="lanczos3", dtype="float16")),
    ],
)  # fmt: skip
def test_what_a_backend_lacks_is_refused(backends: str, reason: str, document: Document) -> None:
    for backend in ("tensorflow", "jax", "torch"):
        outcome = run(document, backend)
        refused = outcome.verdict is Verdict.REFUSED
        assert refused == (backend in backends.split()), backend
        if refused:
            assert any(reason in note.text for note in outcome.notes())


@pytest.mark.parametrize(
    ("limit", "grid", "shape", "refused"),
    [
        (4.0, 2, (8, 8, 1), True),  # 0.25 of the pixels of a shade
        (5.0, 4, (8, 8, 1), True),
        (16.0, 2, (8, 8, 1), False),
        (64.0, 4, (8, 7, 3), False),  # 2 x 2 pixels, padded
        (64.0, 4, (8, None, 3), True),
        (0.0, 8, (8, None, 3), False),
        (-1.0, 8, (8, 8, 3), False),
    ],
)
def test_clipped_histograms_on_torch(
    limit: float, grid: int, shape: tuple[int | None, ...], refused: bool
) -> None:
    """As the real Keras 3.15 on TensorFlow and torch: 14 of 255 off where it is refused."""
    layer = item(
        "ContrastLimitedAdaptiveHistogramEqualization",
        "layer",
        ["in"],
        clip_limit=limit,
        tile_grid_size=[grid, grid],
        data_format="channels_last",
        value_range=[0, 255],
    )
    for backend in ("tensorflow", "jax", "torch"):
        outcome = run(graph(entry(shape=shape), layer), backend, "keras3.15")
        assert (outcome.verdict is Verdict.REFUSED) == (refused and backend == "torch")


@pytest.mark.parametrize(
    ("backends", "name", "document"),
    [
        ("jax torch", "IntegerLookupV2", looked_up()),
        ("jax torch", "HashingOfIntegers", hashed(salt=[3, 4], mask_value=0)),
        ("jax torch", "ResizingV2",
         one("Resizing", IMAGE, height=4, width=4, interpolation="bicubic")),
        ("jax torch", "ResizingV2",
         one("Resizing", IMAGE, height=4, width=4, interpolation="area")),
        ("torch", "UpSampling2DV2",
         one("UpSampling2D", IMAGE, size=[2, 2], interpolation="lanczos3")),
        ("torch", "AveragePooling2DV2",
         one("AveragePooling2D", IMAGE, pool_size=[3, 3], strides=[2, 2], padding="same")),
    ],
)  # fmt: skip
def test_what_a_backend_computes_otherwise_is_a_companion(
    backends: str, name: str, document: Document
) -> None:
    for backend in ("tensorflow", "jax", "torch"):
        outcome = run(document, backend)
        assert outcome.verdict is not Verdict.REFUSED
        assert (name in outcome.translation.companions) == (backend in backends.split())


@pytest.mark.parametrize(("size", "wanted"), [(2, True), (3, False), (None, False)])
def test_attention_to_values_of_another_size(size: int | None, wanted: bool) -> None:
    layer = item("MultiHeadAttention", "layer", ["in"], num_heads=2, key_dim=3, value_dim=size)
    layer["inbound_nodes"] = [["in", 0, 0, {"value": ["in", 0, 0]}]]
    layer["config"].update(query_shape=[None, 3, 4], key_shape=None, value_shape=[None, 3, 4])
    for backend in ("tensorflow", "jax", "torch"):
        companions = run(graph(entry(shape=(3, 4)), layer), backend).translation.companions
        assert ("MultiHeadAttentionByEinsum" in companions) == (wanted and backend == "jax")


def test_float64_is_kept_by_the_line_that_loads() -> None:
    outcome = run(one("Dense", (4,), units=2, dtype="float64"), "jax")
    assert any("jax_enable_x64" in note.text for note in outcome.notes())
    for backend, wide in (("tensorflow", False), ("jax", True), ("torch", False)):
        target = on_backend(get_release("keras3.15"), backend)
        for dtype in ("float32", "float64"):
            model = run(one("Dense", (4,), units=2, dtype=dtype), backend).translation.file.model
            assert model is not None
            assert has_to_be_widened(model, target) == (wide and dtype == "float64")


@pytest.mark.parametrize(("backend", "name"), [("jax", "a.b"), ("torch", "a_b")])
def test_no_parameter_of_torch_has_a_dot(backend: str, name: str) -> None:
    outcome = run(graph(entry(shape=(4,)), item("Dense", "a.b", ["in"], units=2)), backend)
    assert name in outcome.layers
    assert any("a dot" in note.text for note in outcome.notes("a.b")) == (name == "a_b")


@pytest.mark.parametrize(("source", "refused"), [("tf2.15", False), ("keras3.15", True)])
def test_a_bias_along_the_width(source: str, refused: bool) -> None:
    """Keras 3.15 adds it so on TensorFlow alone."""
    document = one(
        *("Conv3D", (2, 4, 4, 3)), filters=3, kernel_size=[1, 1, 1], data_format="channels_first"
    )
    outcome = run(document, "jax", source)
    assert (outcome.verdict is Verdict.REFUSED) == refused
    assert refused or outcome.layers["layer"]["class_name"] == "Conv3D"


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
        function("compat.v1.gather", indices=[0], validate_indices=None, axis=1, batch_dims=0),
        function("compat.v1.pad", paddings=[[0, 0], [1, 1]], mode="CONSTANT", constant_values=0),
        function("math.cumsum", "int32", axis=1, exclusive=True, reverse=False),
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
        (
            "with mode=SYMMETRIC",
            function("compat.v1.pad", paddings=[[0, 0], [1, 1]], mode="SYMMETRIC"),
        ),
        ("with batch_dims=1", function("compat.v1.gather", indices=[[0]], batch_dims=1)),
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
