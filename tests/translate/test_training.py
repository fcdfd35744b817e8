"""Losses, metrics and optimizers that cannot be said are left out, and said to be."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.graphs import entry, graph, layer, nested, stack

from keraport.catalog.releases import get_release
from keraport.model import (
    Format,
    Model,
    ModelFile,
    Object,
    Producer,
    StoredBytes,
    Training,
    Weight,
)
from keraport.own.user_objects import UserObjects
from keraport.report import Verdict
from keraport.translate.training_config import output_names
from keraport.translate.translation import Translation, translate

SGD = Object("SGD", {})
MSE = Training(optimizer=SGD, loss="mse", metrics=None, settings={})

TWO = graph(entry("in"), layer("a", "in", units=2), layer("b", "in", units=2), outputs=["b", "a"])
LAST = layer("last", units=2, dtype="float32")
ONE = stack(layer("d", units=2, batch_input_shape=[None, 4]))


def translated(
    training: Training | None, model: Model = ONE, target: str = "tf1.12", **options: Any
) -> Translation:
    file = ModelFile(Path("m.json"), Format.JSON, Producer(), model, training=training)
    return translate(file, model, get_release("tf2.3"), get_release(target), **options)


def test_a_model_that_was_not_compiled() -> None:
    found = translated(None)
    assert found.file.training is None
    assert found.journal.left_out == []


def test_the_keys_that_old_loaders_read() -> None:
    """``load_model`` of TF 1.12 reads ``training_config['sample_weight_mode']``."""
    training = translated(MSE).file.training
    assert training is not None
    assert training.settings == {
        "weighted_metrics": None,
        "sample_weight_mode": None,
        "loss_weights": None,
    }


def test_what_is_given_stays() -> None:
    given = {"sample_weight_mode": "temporal", "loss_weights": [0.5], "weighted_metrics": ["mae"]}
    training = translated(replace(MSE, settings=given)).file.training
    assert training is not None
    assert training.settings == given


def test_a_state_that_does_not_fit_is_left_out() -> None:
    place = StoredBytes(Path("m.h5"), "/")
    state = tuple(Weight(name, (2,), "float32", place) for name in ("iter", "m"))
    found = translated(replace(MSE, state=state))
    assert found.file.training is not None
    assert found.file.training.state == ()
    (told,) = found.journal.left_out
    assert told.startswith("the state of the optimizer (")
    assert told.endswith("training goes on with a fresh one")


@pytest.mark.parametrize("dtype", ["float64", "float16"])
def test_losses_of_other_dtypes(dtype: str) -> None:
    model = stack(layer("d", units=2, batch_input_shape=[None, 4], dtype=dtype))
    found = translated(MSE, model)
    assert found.file.training is None
    assert f"output d is {dtype}" in found.journal.left_out[0]
    assert translated(MSE, model, "tf1.15").file.training is not None
    assert all(row.verdict is not Verdict.REFUSED for row in found.layers)


@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
@pytest.mark.parametrize("key", ["kernel_regularizer", "bias_regularizer", "activity_regularizer"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_regularizers_of_other_dtypes(dtype: str, key: str, target: str) -> None:
    """TF 1.12 and 1.15 add losses up as they are, and cannot compile that (measured)."""
    config: dict[str, Any] = {"units": 2, "dtype": dtype, key: Object("L2", {"l2": 0.1})}
    regularized = layer("r", **config)
    model = stack(layer("in", kind="InputLayer", batch_input_shape=[None, 4]), regularized, LAST)
    found = translated(MSE, model, target)
    assert (found.file.training is None) is (dtype != "float32")
    assert any("r adds a loss in float64" in text for text in found.journal.left_out) is (
        dtype != "float32"
    )
    assert all(row.verdict is not Verdict.REFUSED for row in found.layers)
    unregularized = stack(*model.layers[:1], layer("r", units=2, dtype=dtype), LAST)
    assert translated(MSE, unregularized, target).file.training is not None


@pytest.mark.parametrize(
    ("model", "names"),
    [
        (ONE, ["d"]),
        (TWO, ["b", "a"]),
        (stack(layer("d"), nested(stack(layer("e"), name="inner"))), ["inner"]),
    ],
)
def test_the_names_of_outputs(model: Model, names: list[str]) -> None:
    assert output_names(model) == names


def metrics_of(found: Translation) -> Any:
    assert found.file.training is not None
    return found.file.training.metrics


def test_lists_by_output_become_a_dict_by_name() -> None:
    """TF 1.12 takes a list of lists for one list that every output gets."""
    found = translated(replace(MSE, metrics=[["mae"], ["mse", "accuracy"]]), TWO)
    assert metrics_of(found) == {"b": ["mae"], "a": ["mse", "accuracy"]}


@pytest.mark.parametrize("target", ["tf1.15", "tf2.3"])
def test_lists_by_output_stay_since_tf115(target: str) -> None:
    given = [["mae"], ["mse", "accuracy"]]
    assert metrics_of(translated(replace(MSE, metrics=given), TWO, target)) == given


def test_a_list_for_the_only_output() -> None:
    assert metrics_of(translated(replace(MSE, metrics=[["mae", "mse"]]))) == ["mae", "mse"]


def test_lists_that_fit_no_outputs() -> None:
    found = translated(replace(MSE, metrics=[["mae"], ["mse"], ["mse"]]), TWO)
    assert metrics_of(found) is None
    assert "they cannot be assigned to the outputs" in found.journal.left_out[0]


def test_a_metric_goes_alone_and_a_loss_with_everything() -> None:
    sparkle = Object("Sparkle", {})
    found = translated(replace(MSE, metrics=["mae", sparkle, "sparkle"]))
    assert metrics_of(found) == ["mae"]
    assert len(found.journal.left_out) == 2
    for broken in (replace(MSE, loss="sparkle"), replace(MSE, optimizer=sparkle)):
        found = translated(broken)
        assert found.file.training is None
        assert "parkle" in found.journal.left_out[0]
        assert found.journal.training[-1].verdict is Verdict.REFUSED


def test_a_keyword_that_no_optimizer_has() -> None:
    found = translated(replace(MSE, optimizer=Object("SGD", {"sparkle": 3})))
    assert found.file.training is None
    assert "SGD of tf1.12 does not accept sparkle=3" in found.journal.left_out[0]


def test_the_users_own_loss() -> None:
    found = translated(replace(MSE, loss="mine"), user=UserObjects(names=frozenset({"mine"})))
    assert found.file.training is not None
    assert found.file.training.loss == "mine"


def test_layers_convert_whatever_the_training_is() -> None:
    found = translated(replace(MSE, loss="sparkle"))
    assert {row.verdict for row in found.layers} == {Verdict.UNCHANGED}


@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
@pytest.mark.parametrize("loss", [None, [], {}, [None, None], {"a": None, "b": None}])
def test_no_loss_at_all(loss: Any, target: str) -> None:
    """Measured: both releases stop with ``it has no loss to optimize``."""
    found = translated(Training(optimizer=SGD, loss=loss), TWO, target)
    assert found.file.training is None
    assert any("compiled without a loss" in line for line in found.journal.left_out)
    newer = translated(Training(optimizer=SGD, loss=loss), TWO, "tf2.3")
    assert newer.file.training is not None


@pytest.mark.parametrize("loss", [[None, "mse"], {"a": "mse"}, {"a": "mse", "b": None}])
def test_one_loss_is_enough(loss: Any) -> None:
    assert translated(Training(optimizer=SGD, loss=loss), TWO).file.training is not None


@pytest.mark.parametrize(
    ("class_name", "key", "kept"),
    [
        ("Dense", "kernel_regularizer", True),
        ("Dense", "activity_regularizer", True),
        ("Dense", "bias_regularizer", False),
        ("SeparableConv2D", "kernel_regularizer", False),
        ("SeparableConv2D", "activity_regularizer", True),
    ],
)
def test_a_regularizer_is_enough(class_name: str, key: str, kept: bool) -> None:
    """Measured; SeparableConv2D takes a regularizer of a kernel that it does not have."""
    config: dict[str, Any] = {"kernel_size": 2, "filters": 1} if "Conv" in class_name else {}
    regular = {key: Object("L2", {"l2": 0.1}), **(config or {"units": 2})}
    model = graph(entry("in", 4, 4, 2), layer("a", "in", kind=class_name, **regular), outputs=["a"])
    found = translated(Training(optimizer=SGD, loss=None), model)
    assert (found.file.training is not None) == kept


INNER = Object("Adam", {"learning_rate": 0.1, "name": "Adam"})
SCALED = Object(
    "LossScaleOptimizer",
    {
        "optimizer": INNER,
        "loss_scale": Object("DynamicLossScale", {"initial_loss_scale": 32768.0}),
    },
)
"""As TF 2.3 writes ``LossScaleOptimizer(Adam(0.1), "dynamic")``."""


@pytest.mark.parametrize(("target", "key"), [("tf1.12", "lr"), ("tf1.15", "learning_rate")])
def test_a_wrapped_optimizer_is_taken_out(target: str, key: str) -> None:
    found = translated(replace(MSE, optimizer=SCALED), target=target)
    assert found.file.training is not None
    assert found.file.training.optimizer is not None
    assert found.file.training.optimizer.class_name == "Adam"
    assert found.file.training.optimizer.config[key] == 0.1
    assert any("LossScaleOptimizer around Adam" in note.text for note in found.journal.training)
    kept = translated(replace(MSE, optimizer=SCALED), target="tf2.3").file.training
    assert kept is not None
    assert kept.optimizer == SCALED


def test_what_an_own_wrapper_adds_is_said_to_be_missing() -> None:
    own = Object("Lookahead", {"optimizer": INNER, "sync_period": 6})
    found = translated(replace(MSE, optimizer=own))
    assert found.file.training is not None
    (note,) = [note for note in found.journal.training if "Lookahead" in note.text]
    assert note.verdict is Verdict.APPROXIMATE
    mine = UserObjects(names=frozenset({"Lookahead"}))
    kept = translated(replace(MSE, optimizer=own), user=mine).file.training
    assert kept is not None
    assert kept.optimizer is not None
    assert kept.optimizer.class_name == "Lookahead"
    assert kept.optimizer.config["optimizer"].config == {"lr": 0.1, "epsilon": 1e-07}
