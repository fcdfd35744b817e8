"""The config documents that Keras writes, to models and back."""

from __future__ import annotations

from keraport.formats.architecture import dump_training, parse_training
from keraport.model import Object


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
