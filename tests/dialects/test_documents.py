"""The config documents that Keras writes, to models and back."""

from __future__ import annotations

from typing import Any

import pytest

from keraport.dialects import (
    dump_model,
    dump_training,
    dump_value,
    parse_model,
    parse_training,
    tf_keras,
)
from keraport.errors import DamagedFileError
from keraport.model import Constant, Layer, Object, TensorRef

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


def keras_3(args: list[Any], class_name: str = "BatchNormalization", **more: Any) -> dict[str, Any]:
    """A graph of Keras 3 with one layer, called with `args`."""
    layers = [
        {"class_name": "InputLayer", "config": {"name": "i"}, "name": "i", "inbound_nodes": []},
        {
            "class_name": class_name,
            "config": {"name": "d", "trainable": True, "dtype": "float32"},
            "name": "d",
            "inbound_nodes": [{"args": args, "kwargs": {}}],
            **more,
        },
    ]
    config = {"name": "m", "layers": layers, "input_layers": ["i", 0, 0]}
    return {"class_name": "Functional", "config": {**config, "output_layers": ["d", 0, 0]}}


TENSOR = {"class_name": "__keras_tensor__", "config": {"keras_history": ["i", 0, 0]}}


def test_arguments_by_position_are_called_as_the_layer_calls_them() -> None:
    (call,) = parse_model(keras_3([TENSOR, True])).layer("d").calls
    assert (call.inputs, call.arguments) == ([TensorRef("i", 0, 0)], {"training": True})


def test_the_table_of_arguments_is_not_for_classes_of_the_users_own() -> None:
    model = parse_model(keras_3([TENSOR, True], module="mine", registered_name="own"))
    assert model.layer("d").calls[0].arguments == {"x2": True}


def test_a_single_output_of_keras_3_stands_in_a_list() -> None:
    config = dump_model(parse_model(keras_3([TENSOR])))["config"]
    assert (config["input_layers"], config["output_layers"]) == ([["i", 0, 0]], [["d", 0, 0]])


@pytest.mark.parametrize("args", [[], [1.0], "x", [{"class_name": "__keras_tensor__"}]])
def test_calls_of_keras_3_that_make_no_sense(args: Any) -> None:
    with pytest.raises(DamagedFileError, match="inbound node of layer 'd'"):
        parse_model(keras_3(args))


@pytest.mark.parametrize(
    ("node", "inputs", "arguments"),
    [
        (["a", 0, 0, {"y": ["b", 0, 1]}], TensorRef("a", 0, 0), {"y": TensorRef("b", 0, 1)}),
        (
            [["a", 0, 0, {"n": {"k": ["b", 0, 0]}, "m": [["b", 0, 0]]}]],
            [TensorRef("a", 0, 0)],
            {"n": {"k": TensorRef("b", 0, 0)}, "m": [TensorRef("b", 0, 0)]},
        ),
        (["_CONSTANT_VALUE", -1, 1.5, {"y": 2}], Constant(1.5), {"y": 2}),
        ([["_CONSTANT_VALUE", -1, [[1, 2]], {}]], [Constant([[1, 2]])], {}),
        (["_CONSTANT_VALUE", 0, 0, {}], TensorRef("_CONSTANT_VALUE", 0, 0), {}),
    ],
)
def test_calls_of_keras_2(node: Any, inputs: Any, arguments: dict[str, Any]) -> None:
    """Tensors at any depth of the keywords, and values in the place of tensors; there and back."""
    call = tf_keras.parse_call(node, "a test")
    assert (call.inputs, call.arguments) == (inputs, arguments)
    assert tf_keras.dump_call(call, dump_value) == node
