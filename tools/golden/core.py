"""Dense, Sequential in its forms, activations, noise, shapes, dtypes and names."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from golden.case import Case, Model, branches, chain, functional, mixed_float16_policy

L = tf.keras.layers
Sequential = tf.keras.Sequential

STOCK_ACTIVATIONS = (
    "elu",
    "hard_sigmoid",
    "linear",
    "relu",
    "selu",
    "sigmoid",
    "softmax",
    "softplus",
    "softsign",
    "tanh",
)
"""The activations that have the same name and meaning in TensorFlow 1.12."""


def dense_functional() -> Model:
    """A functional chain of Dense, with and without bias."""
    return functional((5,), L.Dense(8, activation="relu"), L.Dense(3, use_bias=False))


def dense_rank_3() -> Model:
    """Dense on the last axis of a sequence."""
    return functional((4, 5), L.Dense(6, activation="tanh"), L.Dense(2))


def sequential_input_shape() -> Model:
    """A Sequential whose first layer states its input shape."""
    return Sequential([L.Dense(8, activation="relu", input_shape=(6,)), L.Dense(3)])


def sequential_input_layer() -> Model:
    """A Sequential that starts with a named InputLayer."""
    start = L.InputLayer(input_shape=(6,), dtype="float32", name="features", sparse=False)
    return Sequential([start, L.Dense(5, activation="elu"), L.Dense(3, activation="softmax")])


def sequential_input_tensor() -> Model:
    """A Sequential that starts with tf.keras.Input, in a batch of fixed size."""
    return Sequential([tf.keras.Input((6,), batch_size=3), L.Dense(5, "tanh"), L.Dense(2)])


def sequential_deferred() -> Model:
    """A Sequential without an input shape, built by its first call."""
    model = Sequential([L.Dense(7, activation="relu"), L.Dense(3, activation="sigmoid")])
    model(tf.zeros((2, 5)))
    return model


def sequential_build() -> Model:
    """A Sequential without an input shape, built by build()."""
    model = Sequential([L.Dense(7, activation="softsign"), L.Dense(3)], name="late")
    model.build((None, 5))
    return model


def sequential_nested() -> Model:
    """A Sequential in a Sequential, twice, and a functional model at the end."""
    inner = Sequential([L.Dense(6, activation="relu", input_shape=(5,)), L.Dense(5)])
    deep = Sequential([Sequential([L.Dense(4, input_shape=(5,))]), L.Dense(5, "tanh")])
    return Sequential([inner, deep, functional((5,), L.Dense(3, "softplus"))])


def activations_in_activation() -> Model:
    """Every activation that both releases have, as an Activation layer."""
    start = tf.keras.Input((5,))
    body = L.Dense(6)(start)
    return tf.keras.Model(start, [L.Activation(name)(body) for name in STOCK_ACTIVATIONS])


def activations_in_dense() -> Model:
    """Every activation that both releases have, inside a Dense."""
    return branches(tf.keras.Input((5,)), *(L.Dense(3, name) for name in STOCK_ACTIVATIONS))


def activations_in_conv() -> Model:
    """Every other activation that both releases have, inside a Conv1D."""
    stacks = [
        (L.Conv1D(3, 2, activation=name, use_bias=False), L.Flatten())
        for name in STOCK_ACTIVATIONS[::2]
    ]
    return branches(tf.keras.Input((4, 2)), *stacks)


def activation_functions() -> Model:
    """Activations given as functions instead of names."""
    return functional(
        (5,),
        L.Dense(6, activation=tf.keras.activations.selu),
        L.Activation(tf.nn.relu),
        L.Dense(4, activation=tf.nn.tanh),
        L.Activation(tf.keras.activations.softsign),
    )


def noise_family() -> Model:
    """Layers that do nothing at inference: dropout and noise with all their arguments."""
    return functional(
        (6, 4),
        L.Dense(5),
        L.Dropout(0.3, noise_shape=(1, 1, 5), seed=7),
        L.SpatialDropout1D(0.25),
        L.GaussianDropout(0.2),
        L.GaussianNoise(0.5),
        L.AlphaDropout(0.1, noise_shape=(1, 6, 1), seed=3),
        L.ActivityRegularization(l1=0.01, l2=0.02),
        L.Dense(2),
    )


def spatial_dropout() -> Model:
    """SpatialDropout2D and 3D, channels first as well."""
    return functional(
        (4, 4, 2),
        L.Conv2D(4, 2),
        L.SpatialDropout2D(0.2),
        L.SpatialDropout2D(0.2, data_format="channels_first"),
        L.Reshape((3, 3, 2, 2)),
        L.SpatialDropout3D(0.3),
        L.SpatialDropout3D(0.3, data_format="channels_first"),
        L.Flatten(),
        L.Dense(2),
    )


def shapes() -> Model:
    """RepeatVector, Reshape with -1, Permute, Flatten."""
    return functional(
        (6,),
        L.Dense(4),
        L.RepeatVector(3),
        L.Dense(8),
        L.Reshape((3, 4, -1)),
        L.Permute((3, 1, 2)),
        L.Dense(2, "tanh"),
        L.Flatten(),
        L.Dense(3),
    )


def channels_first() -> Model:
    """Flatten, padding, cropping, upsampling and global pooling of channels-first images."""
    options = {"data_format": "channels_first"}
    start = tf.keras.Input((2, 5, 6))
    body = L.Dense(6)(start)
    shaped = chain(
        body,
        L.ZeroPadding2D((1, 2), **options),
        L.Cropping2D(((0, 1), (2, 0)), **options),
        L.UpSampling2D((2, 1), **options),
    )
    flat = L.Dense(3)(L.Flatten(**options)(shaped))
    mean = L.GlobalAveragePooling2D(**options)(shaped)
    most = L.GlobalMaxPooling2D(**options)(shaped)
    return tf.keras.Model(start, [flat, mean, most])


def flatten_shapes() -> Model:
    """Flatten of images in both channel orders, and of a sequence; the order of values counts."""
    start = tf.keras.Input((3, 4, 2))
    first = L.Dense(3)(L.Flatten()(start))
    second = L.Dense(3)(L.Flatten(data_format="channels_first")(start))
    third = L.Dense(3)(L.Flatten()(L.Reshape((12, 2))(start)))
    return tf.keras.Model(start, [first, second, third])


def float64_model() -> Model:
    """A model that computes in float64 throughout."""
    start = tf.keras.Input((5,), dtype="float64", name="wide")
    body = L.Dense(6, activation="tanh", dtype="float64")(start)
    body = L.BatchNormalization(dtype="float64")(body)
    return tf.keras.Model(start, L.Dense(2, dtype="float64")(body))


def mixed_float16() -> Model:
    """Layers under the mixed_float16 policy, the last one in float32."""
    policy = mixed_float16_policy()
    return functional(
        (5,),
        L.Dense(8, activation="relu", dtype=policy),
        L.Dense(6, activation="tanh", dtype=policy),
        L.Dense(3, dtype="float32"),
    )


def many_dense() -> Model:
    """More than ten layers of one class: dense_10 stands before dense_2 in the alphabet."""
    return Sequential(
        [
            L.Dense(4, "tanh", False, input_shape=(4,)),
            *(L.Dense(4, "tanh", False) for _ in range(11)),
        ]
    )


def odd_names() -> Model:
    """Layer names with slashes, dots, dashes, leading digits, and very long ones."""
    return functional(
        (5,),
        L.Dense(6, activation="relu", name="block1/branch/dense"),
        L.Dense(6, activation="relu", name="block1/branch/dense_1"),
        L.BatchNormalization(name="block1/bn"),
        L.Dense(4, name="2nd.stage-A_x"),
        L.Dense(3, name="long_" + "name_" * 40),
        name="given/input",
    )


def swapped_names() -> Model:
    """Names that contradict the order of the layers."""
    sizes = (("dense_3", 4), ("dense_1", 4), ("dense_2", 4), ("dense", 4))
    return functional((4,), *(L.Dense(size, "tanh", name=name) for name, size in sizes))


def numbered_input() -> Model:
    """Integer input, one-hot by an Embedding, and a float64 input beside it."""
    codes = tf.keras.Input((4,), dtype="int32", name="codes")
    real = tf.keras.Input((3,), dtype="float64", name="real")
    body: Any = L.Flatten()(L.Embedding(10, 3)(codes))
    wide = L.Dense(3, dtype="float64")(real)
    return tf.keras.Model([codes, real], [L.Dense(3)(body), wide])


CASES = (
    Case(dense_functional, "sgd_nesterov", fit=True),
    Case(dense_rank_3, "temporal", fit=True),
    Case(sequential_input_shape, "adam_sparse_logits", fit=True),
    Case(sequential_input_layer, "adam_categorical", fit=True),
    Case(sequential_input_tensor, "adagrad", ("batch_shape",), fit=True),
    Case(sequential_deferred, "adamax_binary", ("deferred",), fit=True),
    Case(sequential_build, "plain", ("deferred",)),
    Case(sequential_nested, "inverse_time", ("nested",), fit=True),
    Case(activations_in_activation, tags=("activation",)),
    Case(activations_in_dense, "sgd_clipnorm", ("activation",)),
    Case(activations_in_conv, tags=("activation",)),
    Case(activation_functions, "rmsprop_centered", ("activation",), fit=True),
    Case(noise_family, "exponential_decay", ("schedule",), fit=True),
    Case(spatial_dropout, "piecewise", ("schedule",)),
    Case(shapes, "polynomial", ("schedule",)),
    Case(channels_first, tags=("channels_first",)),
    Case(flatten_shapes, tags=("channels_first",)),
    Case(float64_model, "plain", ("float64",)),
    Case(mixed_float16, tags=("mixed_float16",), tolerance=1e-3),
    Case(many_dense, "adam_cosine", ("names",)),
    Case(odd_names, "adadelta", ("names",)),
    Case(swapped_names, "huber_string", ("names",)),
    Case(numbered_input, tags=("several inputs", "several outputs", "float64")),
)
