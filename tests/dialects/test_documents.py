"""The config documents that Keras writes, to models and back."""

from __future__ import annotations

from typing import Any

import pytest

from keraport.dialects import (
    dump_model,
    dump_training,
    parse_model,
    parse_training,
)
from keraport.errors import DamagedFileError
from keraport.model import Layer, Object

DENSE: dict[str, Any] = {"class_name": "Dense", "config": {"name": "d", "units": 2}}
FED: dict[str, Any] = {
    "class_name": "Dense",
    "config": {"name": "d", "units": 2, "batch_input_shape": [None, 4]},
}
INPUT: dict[str, Any] = {
    "class_name": "InputLayer",
    "config": {"name": "i", "batch_input_shape": [None, 4]},
}


def test_an_output_called_layer_is_no_wrapped_layer() -> None:
    huber = {"class_name": "Huber", "config": {"delta": 0.5}}
    document = {
        "loss": {"layer": huber, "cell": "mse"},
        "metrics": None,
        "optimizer_config": {"class_name": "SGD", "config": {"learning_rate": 0.1}},
    }
    training = parse_training(document)
    assert training.loss["layer"] == Object("Huber", {"delta": 0.5})
    assert dump_training(training) == document


@pytest.mark.parametrize(
    ("config", "is_model"),
    [
        ({"name": "m", "layers": [INPUT, DENSE]}, True),  # TF 2.3
        ({"name": "m", "layers": [FED]}, True),  # TF 1.12
        ({"name": "m", "layers": [DENSE], "build_input_shape": [None, 4]}, True),
        ({"name": "m", "layers": [DENSE]}, False),
        ({"name": "m", "layers": [FED], "trainable": True, "dtype": "float32"}, False),
        ({"name": "m", "layers": ["dense", "dense_1"]}, False),
        ({"name": "m", "layers": []}, False),
    ],
)
def test_a_subclass_of_sequential_and_an_own_layer_that_holds_layers(
    config: dict[str, Any], is_model: bool
) -> None:
    document = {"class_name": "Mine", "config": config}
    around = {"class_name": "Sequential", "config": {"name": "around", "layers": [document]}}
    (layer,) = parse_model(around).layers
    assert (layer.model is not None) == is_model
    assert dump_model(parse_model(around)) == around
    if not is_model:
        with pytest.raises(DamagedFileError, match="without a list of layers"):
            parse_model(document)


def test_an_activation_may_be_a_layer() -> None:
    """As TF 2.3.0 writes ``Dense(2, activation=ELU(0.5))``; other objects are no layers."""
    elu = {"class_name": "ELU", "config": {"name": "elu", "trainable": True, "alpha": 0.5}}
    own = {"class_name": "Mine", "config": {"slope": 2}}
    for value, kind in ((elu, Layer), (own, Object)):
        dense = {"class_name": "Dense", "config": {"name": "d", "activation": value}}
        document = {"class_name": "Sequential", "config": {"name": "m", "layers": [dense]}}
        model = parse_model(document)
        assert isinstance(model.layers[0].config["activation"], kind)
        assert dump_model(model) == document
