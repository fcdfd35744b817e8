"""Models that the target cannot express by stock layers of its own; every one is to be named."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import tensorflow as tf

from golden.case import Case, Model, functional

L = tf.keras.layers
Sequential = tf.keras.Sequential
preprocessing = tf.keras.layers.experimental.preprocessing

MY_LAYERS = Path(__file__).parents[2] / "tests" / "golden" / "tf2.3" / "my_layers.py"


def my_layers() -> Any:
    """The module with a user's own layer."""
    spec = importlib.util.spec_from_file_location("my_layers", MY_LAYERS)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def conv_groups() -> Model:
    """Conv2D with two groups; TensorFlow 2.3 has no CPU kernel to run it."""
    return functional((5, 5, 4), L.Conv2D(4, 3, groups=2), L.Flatten(), L.Dense(2))


def upsampling_bilinear() -> Model:
    """UpSampling2D that interpolates; TensorFlow 1.12 repeats pixels."""
    return functional((4, 4, 2), L.Conv2D(2, 2), L.UpSampling2D(2, interpolation="bilinear"))


def transposed_dilation() -> Model:
    """Conv2DTranspose with dilation, which TensorFlow 1.12 accepts and ignores."""
    return functional((4, 4, 2), L.Conv2DTranspose(2, 3, dilation_rate=2))


def transposed_output_padding() -> Model:
    """Conv2DTranspose with output_padding."""
    return functional((4, 4, 2), L.Conv2DTranspose(2, 3, strides=2, output_padding=1))


def layer_normalization() -> Model:
    """LayerNormalization, a class that TensorFlow 1.12 lacks."""
    return functional((4, 3), L.Dense(4), L.LayerNormalization(), L.Dense(2))


def attention() -> Model:
    """Attention, a class that TensorFlow 1.12 lacks."""
    start = tf.keras.Input((4, 3))
    query, value = L.Dense(3)(start), L.Dense(3)(start)
    return tf.keras.Model(start, L.Dense(2)(L.Attention()([query, value])))


def lstm_time_major() -> Model:
    """An LSTM whose first axis is time."""
    return Sequential([L.LSTM(3, time_major=True, batch_input_shape=(5, 4, 2)), L.Dense(2)])


def backward_layer() -> Model:
    """Bidirectional with a backward layer of its own."""
    back = L.LSTM(3, go_backwards=True, activation="relu", name="back")
    return functional((4, 2), L.Bidirectional(L.LSTM(3), backward_layer=back), L.Dense(2))


def lambda_layer() -> Model:
    """A Lambda: bytecode of the Python that saved it."""
    return functional((4,), L.Dense(3), L.Lambda(lambda x: x * 2 + 1), L.Dense(2))


def rescaling() -> Model:
    """Rescaling, a preprocessing layer that TensorFlow 1.12 lacks."""
    scale = preprocessing.Rescaling(1.0 / 127.5, offset=-1.0)
    return functional((4, 4, 3), scale, L.Conv2D(2, 2))


def raw_operations() -> Model:
    """Arithmetic on tensors, saved as TensorFlowOpLayer."""
    start = tf.keras.Input((4,))
    return tf.keras.Model(start, L.Dense(2)(L.Dense(3)(start) * 2.0 + 1.0))


def pooling_channels_first() -> Model:
    """GlobalAveragePooling1D over the last axis."""
    return functional((4, 3), L.Dense(4), L.GlobalAveragePooling1D(data_format="channels_first"))


def locally_connected_sparse() -> Model:
    """LocallyConnected1D in implementation 3, whose kernel is one flat vector."""
    return functional((6, 2), L.LocallyConnected1D(3, 2, implementation=3))


def custom_layer() -> Model:
    """A user's own layer."""
    return Sequential([L.Dense(4, input_shape=(5,)), my_layers().MyCustomLayer(), L.Dense(2)])


def conv_extra_batch() -> Model:
    """Conv1D on inputs with an extra batch dimension."""
    return functional((3, 6, 2), L.Conv1D(3, 2))


def batch_normalization_renorm() -> Model:
    """BatchNormalization with renorm, whose weights TensorFlow 1.12 names and counts otherwise."""
    return functional((5,), L.Dense(4), L.BatchNormalization(renorm=True), L.Dense(3))


CASES = (
    Case(conv_groups, tags=("groups",), runs=False),
    Case(upsampling_bilinear, "plain", ("interpolation",)),
    Case(transposed_dilation, tags=("dilation_rate",)),
    Case(transposed_output_padding, tags=("output_padding",)),
    Case(layer_normalization, "plain", ("missing class",)),
    Case(attention, tags=("missing class",)),
    Case(lstm_time_major, tags=("time_major",)),
    Case(backward_layer, tags=("backward_layer",)),
    Case(lambda_layer, tags=("lambda",)),
    Case(rescaling, tags=("missing class",)),
    Case(raw_operations, tags=("missing class",)),
    Case(pooling_channels_first, tags=("data_format",)),
    Case(locally_connected_sparse, tags=("implementation",)),
    Case(custom_layer, "plain", ("custom",), fit=True),
    Case(conv_extra_batch, tags=("rank",)),
    Case(
        batch_normalization_renorm,
        "rmsprop_centered",
        ("renorm",),
        idle=("moving_stddev", "renorm_mean", "renorm_stddev"),
    ),
)
