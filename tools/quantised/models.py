"""Models with layers that Keras 3 quantizes, each small; run by ``tools/build_quantised.py``."""

import keras
import numpy as np
from keras import layers

RANDOM = np.random.RandomState(5)
IDS = np.arange(24).reshape(4, 6) % 13


def dense():
    start = keras.Input((7,))
    body = layers.Dense(5, activation="relu", name="first")(start)
    return keras.Model(start, layers.Dense(4, use_bias=False, name="second")(body))


def sequence():
    start = keras.Input((6,), dtype="int32")
    body = layers.Embedding(13, 5, name="words")(start)
    body = layers.Dense(6, name="steps")(body)
    body = layers.EinsumDense(
        "abc,cde->abde", (None, 2, 3), bias_axes="de", activation="tanh", name="heads"
    )(body)
    body = layers.EinsumDense("abde,dec->abc", (None, 5), name="merged")(body)
    return keras.Model(start, layers.EinsumDense("abc,cd->abd", (None, 3), name="last")(body))


def calibrated():
    start = keras.Input((6,), dtype="int32")
    body = layers.Embedding(13, 8, name="words")(start)
    body = layers.Dense(5, name="steps")(body)
    return keras.Model(
        start, layers.EinsumDense("abc,cde->abde", (None, 3, 2), bias_axes="de", name="heads")(body)
    )


def wrapped():
    start = keras.Input((6, 5))
    return keras.Model(start, layers.TimeDistributed(layers.Dense(4), name="steps")(start))


def nested():
    inside = keras.Input((7,))
    model = keras.Model(inside, layers.Dense(6, name="same")(inside), name="inside")
    stack = keras.Sequential([keras.Input((6,)), layers.Dense(5, name="same")], name="stack")
    start = keras.Input((7,))
    return keras.Model(start, layers.Dense(3, name="same")(stack(model(start))))


def mixed():
    """Quantized layers among others, in models with their own order of weights; some frozen."""
    inside = keras.Input((6, 6, 2))
    body = layers.Conv2D(4, 3, name="pixels")(inside)
    body = layers.BatchNormalization(name="scaled")(body)
    body = layers.Dense(5, name="mixed")(body)
    body = layers.LayerNormalization(name="normal")(body)
    model = keras.Model(inside, layers.Dense(3, name="last")(body), name="inside")
    model.get_layer("mixed").trainable = False
    start = keras.Input((6, 6, 2))
    body = layers.Reshape((16, 3))(model(start))
    body = layers.Bidirectional(layers.GRU(3, name="steps"), name="both")(body)
    frozen = keras.Sequential(
        [keras.Input((6,)), layers.Dense(4, name="one"), layers.Dense(3, name="two")], name="frozen"
    )
    frozen.trainable = False
    return keras.Model(start, frozen(body))


def images():
    start = keras.Input((8, 8, 3))
    body = layers.Conv2D(4, 3, name="pixels")(start)
    body = layers.SeparableConv2D(5, 2, name="apart")(body)
    body = layers.BatchNormalization(name="scaled")(body)
    body = layers.Conv2D(3, 2, use_bias=False, name="bare")(body)
    return keras.Model(start, layers.Dense(2, name="last")(layers.Flatten()(body)))


def attention():
    start = keras.Input((6,), dtype="int32")
    body = layers.Embedding(13, 4, name="words")(start)
    return keras.Model(start, layers.MultiHeadAttention(2, 3, name="heads")(body, body))


def reversible(tied):
    start = keras.Input((6,), dtype="int32")
    layer = layers.ReversibleEmbedding(13, 5, tie_weights=tied, name="words")
    body = layers.Dense(5, name="between")(layer(start))
    return keras.Model(start, layer(body, reverse=True))


def layers_of(model):
    """All layers at any depth that hold no others, in the order in which they were made."""
    return [item for item in model._flatten_layers() if not list(item._flatten_layers())[1:]]


def inputs_of(model):
    shape = model.inputs[0].shape
    if model.inputs[0].dtype == "int32":
        return IDS.astype("int32")
    return np.random.RandomState(7).uniform(-1, 1, (6, *shape[1:])).astype("float32")


def spread_out(model):
    """Weights of various sizes: fresh ones are all alike."""
    for weight in model.weights:
        if "float" in str(weight.dtype):
            low = 0.5 if "variance" in weight.name else -1
            weight.assign(RANDOM.uniform(low, 1, weight.shape) * RANDOM.uniform(0.2, 3))


def taught(model):
    """Train a little, which is what gives float8 its scales."""
    keras_inputs = inputs_of(model)
    wanted = np.zeros(model(keras_inputs).shape)
    model.compile("adam", "mse")
    model.fit(keras_inputs, wanted, epochs=3, verbose=0)
    model.compiled, model.optimizer = False, None


def with_scaled_rank(model):
    """Low-rank matrices whose product is scaled, where loaders keep the factor."""
    for layer in layers_of(model):
        if hasattr(layer, "enable_lora"):
            factor = {"lora_alpha": 5} if "Conv" in type(layer).__name__ else {}
            layer.enable_lora(2, **factor)
            spread_matrices(layer)


def with_frozen_rank(model):
    with_low_rank(model)
    model.get_layer("inside").trainable = False


def spread_matrices(layer):
    for weight in layer.weights:
        if "lora" in weight.name:
            weight.assign(RANDOM.uniform(-1, 1, weight.shape))


def with_low_rank(model):
    """Low-rank matrices for all that has a kernel."""
    for layer in layers_of(model):
        if hasattr(layer, "enable_lora"):
            layer.enable_lora(2)
            spread_matrices(layer)
