"""Losses: classes since TF 1.14/1.15, functions before."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import Outcome, compile_with

AS_FUNCTION = [
    ("BinaryCrossentropy", "binary_crossentropy"),
    ("CategoricalCrossentropy", "categorical_crossentropy"),
    ("CategoricalHinge", "categorical_hinge"),
    ("CosineSimilarity", "cosine_proximity"),
    ("Hinge", "hinge"),
    ("KLDivergence", "kullback_leibler_divergence"),
    ("LogCosh", "logcosh"),
    ("MeanAbsoluteError", "mean_absolute_error"),
    ("MeanAbsolutePercentageError", "mean_absolute_percentage_error"),
    ("MeanSquaredError", "mean_squared_error"),
    ("MeanSquaredLogarithmicError", "mean_squared_logarithmic_error"),
    ("Poisson", "poisson"),
    ("SparseCategoricalCrossentropy", "sparse_categorical_crossentropy"),
    ("SquaredHinge", "squared_hinge"),
]
"""Loss class of TF 2.3 and the function of TF 1.12's ``losses.py`` that it wraps."""


def loss_of(outcome: Outcome) -> Any:
    assert outcome.training is not None, outcome.training_texts
    return outcome.training["loss"]


def loss(class_name: str, **config: Any) -> dict[str, Any]:
    given = {"reduction": "auto", "name": "my_loss", **config}
    return {"class_name": class_name, "config": given}


@pytest.mark.parametrize(("class_name", "function"), AS_FUNCTION)
@pytest.mark.parametrize("source", ["tf1.15", "tf2.3"])
@pytest.mark.parametrize("reduction", ["auto", "sum_over_batch_size"])
def test_a_class_is_a_function_in_tf112(
    class_name: str, function: str, source: str, reduction: str
) -> None:
    outcome = compile_with(source=source, loss=loss(class_name, reduction=reduction))
    assert loss_of(outcome) == function
    assert f"{class_name} is the function {function!r} there" in outcome.training_texts


@pytest.mark.parametrize(("class_name", "function"), AS_FUNCTION)
@pytest.mark.parametrize(("source", "target"), [("tf2.3", "tf1.15"), ("tf1.15", "tf2.3")])
def test_classes_stay_since_tf115(class_name: str, function: str, source: str, target: str) -> None:
    given = loss(class_name, reduction="sum")
    assert loss_of(compile_with(source=source, target=target, loss=given)) == given


@pytest.mark.parametrize(("class_name", "function"), AS_FUNCTION)
def test_another_reduction_cannot_be_said(class_name: str, function: str) -> None:
    outcome = compile_with(loss=loss(class_name, reduction="sum"))
    assert outcome.training is None
    (text,) = outcome.translation.journal.left_out
    assert f"{class_name}(reduction='sum') cannot be expressed in tf1.12" in text
    assert "call model.compile(...) before fitting" in text


OPTIONS: list[tuple[str, dict[str, Any], bool]] = [
    ("BinaryCrossentropy", {"from_logits": False, "label_smoothing": 0}, True),
    ("BinaryCrossentropy", {"from_logits": True}, False),
    ("CategoricalCrossentropy", {"label_smoothing": 0.0}, True),
    ("CategoricalCrossentropy", {"label_smoothing": 0.1}, False),
    ("SparseCategoricalCrossentropy", {"from_logits": True}, False),
    ("CosineSimilarity", {"axis": -1}, True),
    ("CosineSimilarity", {"axis": 1}, False),
    ("MeanSquaredError", {"something": 1}, False),
]


@pytest.mark.parametrize(("class_name", "options", "said"), OPTIONS)
def test_options_of_classes(class_name: str, options: dict[str, Any], said: bool) -> None:
    outcome = compile_with(loss=loss(class_name, **options))
    assert (outcome.training is not None) == said


RENAMED = [
    ("kl_divergence", "kullback_leibler_divergence"),
    ("log_cosh", "logcosh"),
    ("cosine_similarity", "cosine_proximity"),
    ("bce", "binary_crossentropy"),
    ("BCE", "binary_crossentropy"),
]


@pytest.mark.parametrize(("new", "old"), RENAMED)
@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
def test_functions_that_changed_their_name(new: str, old: str, target: str) -> None:
    outcome = compile_with(target=target, loss=new)
    assert loss_of(outcome) == old
    assert loss_of(compile_with(target="tf2.3", loss=new)) == new


@pytest.mark.parametrize("source", ["tf1.12", "tf1.15"])
def test_cosine_proximity_is_cosine_similarity_in_tf23(source: str) -> None:
    """``losses.py`` of TF 2.3 has no ``cosine_proximity``; both are minus the cosine."""
    for target, name in (("tf2.3", "cosine_similarity"), ("tf1.12", "cosine_proximity")):
        outcome = compile_with(source=source, target=target, loss="cosine_proximity")
        assert loss_of(outcome) == name


COMMON = ["mse", "mae", "mape", "msle", "kld", "mean_squared_error", "binary_crossentropy",
          "categorical_crossentropy", "hinge", "poisson", "logcosh"]  # fmt: skip


@pytest.mark.parametrize("name", COMMON)
@pytest.mark.parametrize("source", ["tf1.12", "tf1.15", "tf2.3"])
@pytest.mark.parametrize("target", ["tf1.12", "tf1.15", "tf2.3"])
def test_functions_that_all_have_stay(name: str, source: str, target: str) -> None:
    outcome = compile_with(source=source, target=target, loss=name)
    assert loss_of(outcome) == name
    assert outcome.translation.journal.left_out == []


@pytest.mark.parametrize("given", ["huber", loss("Huber", delta=1.0), "mine"])
def test_what_cannot_be_said_takes_the_training_config_along(given: Any) -> None:
    outcome = compile_with(loss=given)
    assert outcome.training is None
    name = given if isinstance(given, str) else "Huber"
    assert name in outcome.translation.journal.left_out[0]


def test_losses_by_output() -> None:
    given = {"out": loss("MeanSquaredError")}
    assert loss_of(compile_with(loss=given)) == {"out": "mean_squared_error"}
    given_list = [loss("MeanSquaredError"), None]
    assert loss_of(compile_with(loss=given_list)) == ["mean_squared_error", None]
