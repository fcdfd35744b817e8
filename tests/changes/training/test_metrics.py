"""Metrics: classes since TF 1.13/1.15, functions before; they go one by one."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import Outcome, compile_with

AS_FUNCTION = [
    ("BinaryAccuracy", "binary_accuracy", {"threshold": 0.5}),
    ("BinaryCrossentropy", "binary_crossentropy", {"from_logits": False, "label_smoothing": 0}),
    ("CategoricalAccuracy", "categorical_accuracy", {}),
    ("CategoricalCrossentropy", "categorical_crossentropy", {"from_logits": False}),
    ("Hinge", "hinge", {}),
    ("KLDivergence", "kullback_leibler_divergence", {}),
    ("LogCoshError", "logcosh", {}),
    ("MeanAbsoluteError", "mean_absolute_error", {}),
    ("MeanAbsolutePercentageError", "mean_absolute_percentage_error", {}),
    ("MeanSquaredError", "mean_squared_error", {}),
    ("MeanSquaredLogarithmicError", "mean_squared_logarithmic_error", {}),
    ("Poisson", "poisson", {}),
    ("SparseCategoricalAccuracy", "sparse_categorical_accuracy", {}),
    ("SparseCategoricalCrossentropy", "sparse_categorical_crossentropy", {"axis": -1}),
    ("SparseTopKCategoricalAccuracy", "sparse_top_k_categorical_accuracy", {"k": 5}),
    ("SquaredHinge", "squared_hinge", {}),
    ("TopKCategoricalAccuracy", "top_k_categorical_accuracy", {"k": 5}),
]


def metric(class_name: str, **config: Any) -> dict[str, Any]:
    return {"class_name": class_name, "config": {"name": "m", "dtype": "float32", **config}}


def metrics_of(outcome: Outcome) -> Any:
    assert outcome.training is not None, outcome.training_texts
    return outcome.training["metrics"]


@pytest.mark.parametrize(("class_name", "function", "config"), AS_FUNCTION)
@pytest.mark.parametrize("source", ["tf1.15", "tf2.3"])
def test_a_class_is_a_function_in_tf112(
    class_name: str, function: str, config: dict[str, Any], source: str
) -> None:
    outcome = compile_with(source=source, metrics=[metric(class_name, **config)])
    assert metrics_of(outcome) == [function]
    assert outcome.translation.journal.left_out == []


@pytest.mark.parametrize(("class_name", "function", "config"), AS_FUNCTION)
@pytest.mark.parametrize(("source", "target"), [("tf2.3", "tf1.15"), ("tf1.15", "tf2.3")])
def test_classes_stay_since_tf115(
    class_name: str, function: str, config: dict[str, Any], source: str, target: str
) -> None:
    given = [metric(class_name, **config)]
    assert metrics_of(compile_with(source=source, target=target, metrics=given)) == given


OTHER_VALUES: list[tuple[str, dict[str, Any]]] = [
    ("BinaryAccuracy", {"threshold": 0.7}),
    ("BinaryCrossentropy", {"from_logits": True}),
    ("CategoricalCrossentropy", {"label_smoothing": 0.1}),
    ("SparseCategoricalCrossentropy", {"axis": 1}),
    ("SparseTopKCategoricalAccuracy", {"k": 3}),
    ("TopKCategoricalAccuracy", {"k": 3}),
    ("MeanSquaredError", {"more": 3}),
]


@pytest.mark.parametrize(("class_name", "config"), OTHER_VALUES)
def test_a_metric_that_cannot_be_said_goes_alone(class_name: str, config: dict[str, Any]) -> None:
    outcome = compile_with(metrics=["accuracy", metric(class_name, **config)])
    assert metrics_of(outcome) == ["accuracy"]
    ((key, value),) = config.items()
    (text,) = outcome.translation.journal.left_out
    assert text.startswith("one of the metrics (")
    assert f"{class_name}({key}={value!r}) cannot be expressed in tf1.12" in text


ONLY_CLASSES = ["AUC", "Accuracy", "CategoricalHinge", "CosineSimilarity", "FalseNegatives",
                "FalsePositives", "Mean", "MeanIoU", "MeanRelativeError", "MeanTensor", "Metric",
                "Precision", "Recall", "RootMeanSquaredError", "SensitivityAtSpecificity",
                "SpecificityAtSensitivity", "Sum", "TrueNegatives", "TruePositives"]  # fmt: skip


@pytest.mark.parametrize("class_name", ONLY_CLASSES)
def test_classes_without_a_function_go(class_name: str) -> None:
    outcome = compile_with(metrics=[metric(class_name), "mae"])
    assert metrics_of(outcome) == ["mae"]
    assert f"tf1.12 has no {class_name}" in outcome.translation.journal.left_out[0]


@pytest.mark.parametrize("class_name", ["PrecisionAtRecall", "RecallAtPrecision"])
@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
def test_classes_since_tf23(class_name: str, target: str) -> None:
    given = metric(class_name, **{"recall" if class_name.startswith("P") else "precision": 0.5})
    assert metrics_of(compile_with(target=target, metrics=[given])) == []
    assert metrics_of(compile_with(target="tf2.3", metrics=[given])) == [given]


AUC = {"num_thresholds": 200, "curve": "ROC", "summation_method": "interpolation"}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"multi_label": False, "label_weights": None}, True),
        ({"multi_label": True, "label_weights": None}, False),
        ({"multi_label": False, "label_weights": [1.0, 2.0]}, False),
    ],
)
def test_auc_of_several_labels(more: dict[str, Any], said: bool) -> None:
    given = [metric("AUC", **AUC, **more)]
    lowered = metrics_of(compile_with(target="tf1.15", metrics=given))
    assert lowered == ([metric("AUC", **AUC)] if said else [])
    assert metrics_of(compile_with(target="tf2.3", metrics=given)) == given


@pytest.mark.parametrize("class_name", ["MeanSquaredError", "CosineSimilarity", "Accuracy"])
def test_the_function_that_a_class_names_is_left_out(class_name: str) -> None:
    outcome = compile_with(target="tf1.15", metrics=[metric(class_name, fn="mse")])
    assert metrics_of(outcome) == [metric(class_name)]


@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
def test_kl_divergence(target: str) -> None:
    assert metrics_of(compile_with(target=target, metrics=["kl_divergence"])) == [
        "kullback_leibler_divergence"
    ]


@pytest.mark.parametrize("word", ["accuracy", "acc", "crossentropy", "ce", "mse", "mae"])
@pytest.mark.parametrize("source", ["tf1.12", "tf1.15", "tf2.3"])
@pytest.mark.parametrize("target", ["tf1.12", "tf1.15", "tf2.3"])
def test_words_stay(word: str, source: str, target: str) -> None:
    outcome = compile_with(source=source, target=target, metrics=[word])
    assert metrics_of(outcome) == [word]


def test_metrics_by_output() -> None:
    given = {"out": [metric("MeanSquaredError"), metric("AUC")]}
    assert metrics_of(compile_with(metrics=given)) == {"out": ["mean_squared_error"]}
    lists = [[metric("MeanSquaredError")]]
    assert metrics_of(compile_with(metrics=lists)) == ["mean_squared_error"]


def test_weighted_metrics_too() -> None:
    outcome = compile_with(weighted_metrics=[metric("MeanSquaredError"), metric("AUC")])
    assert outcome.training is not None
    assert outcome.training["weighted_metrics"] == ["mean_squared_error"]
    assert outcome.translation.journal.left_out[0].startswith("one of the weighted_metrics (")
