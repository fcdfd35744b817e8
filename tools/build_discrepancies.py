"""Build networks that say the same in two ways, or nearly: the trained one and one by hand.

Run it with the Python of each release (``keraport runtimes install``)::

    TF2.3_PYTHON tools/build_discrepancies.py trained tests/discrepancies/fixtures
    TF1.12_PYTHON tools/build_discrepancies.py rebuilt tests/discrepancies/fixtures

The first writes ``<case>.h5`` (``model.save``) and ``<case>.npz`` (``input_0``, ``output_0``), the
second ``<case>.json`` (``model.to_json()``): the architecture as somebody rebuilt it, untrained.
"""

import os
import sys
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf

L = tf.keras.layers
TRAINED = True
"""Build the trained network; else the one that was rebuilt."""

ALPHA = 1.6732632423543772


def stack(shape, *layers):
    """A Sequential for inputs of that shape."""
    # As `input_shape=shape` of the first layer does. TF 1.12 forgets the shape of an InputLayer.
    layers[0]._batch_input_shape = (None, *shape)
    return tf.keras.Sequential(list(layers))


def selu_dense():
    """selu, and ELU whose missing factor the next kernel takes."""
    if TRAINED:
        return stack(
            (6,),
            L.Dense(8, "selu", name="one"),
            L.Dropout(0.1, name="rest"),
            L.Dense(8, "selu", name="two"),
            L.Dense(3, name="three"),
        )
    return stack(
        (6,),
        L.Dense(8, name="a"),
        L.ELU(ALPHA, name="a_elu"),
        L.Dense(8, name="b"),
        L.ELU(ALPHA, name="b_elu"),
        L.Dense(3, name="c"),
    )


def selu_conv():
    """The same through a pooling, and into a BatchNormalization."""
    inputs = L.Input((8, 8, 2), name="image")
    x = L.Conv2D(4, 3, padding="same", activation="selu", name="one")(inputs)
    x = L.MaxPooling2D(name="pool")(x)
    x = L.Conv2D(3, 3, name="two")(x)
    x = L.Activation("selu", name="act")(x)
    x = L.BatchNormalization(name="norm")(x)
    x = L.Flatten(name="flat")(x)
    if TRAINED:
        return tf.keras.Model(inputs, L.Dense(2, name="three")(x))
    inputs = L.Input((8, 8, 2), name="image")
    x = L.Conv2D(4, 3, padding="same", name="one")(inputs)
    x = L.ELU(ALPHA, name="one_elu")(x)
    x = L.MaxPooling2D(name="pool")(x)
    x = L.Conv2D(3, 3, name="two")(x)
    x = L.ELU(ALPHA, name="act")(x)
    x = L.BatchNormalization(name="norm")(x)
    x = L.Flatten(name="flat")(x)
    return tf.keras.Model(inputs, L.Dense(2, name="three")(x))


def selu_recurrent():
    """The same into a wrapped recurrent layer."""
    if TRAINED:
        return stack(
            (5, 3),
            L.Dense(4, "selu", name="one"),
            L.Bidirectional(L.LSTM(3, return_sequences=True), name="both"),
            L.LSTM(2, name="last"),
        )
    return stack(
        (5, 3),
        L.Dense(4, name="one"),
        L.ELU(ALPHA, name="elu"),
        L.Bidirectional(
            L.LSTM(3, return_sequences=True, recurrent_activation="sigmoid"), name="both"
        ),
        L.LSTM(2, recurrent_activation="sigmoid", name="last"),
    )


def elu_to_selu():
    """The other way round."""
    if TRAINED:
        return stack((6,), L.Dense(8, name="one"), L.ELU(ALPHA, name="elu"), L.Dense(3, name="two"))
    return stack((6,), L.Dense(8, "selu", name="one"), L.Dense(3, name="two"))


def fold_back():
    """BatchNormalization behind a layer with a kernel, and that layer alone."""
    if TRAINED:
        return stack(
            (8, 8, 2),
            L.Conv2D(4, 3, padding="same", use_bias=False, name="conv"),
            L.BatchNormalization(name="conv_norm"),
            L.ReLU(6.0, name="conv_relu"),
            L.DepthwiseConv2D(3, depth_multiplier=2, name="depth"),
            L.BatchNormalization(scale=False, name="depth_norm"),
            L.ReLU(6.0, name="depth_relu"),
            L.SeparableConv2D(3, 3, name="separable"),
            L.BatchNormalization(center=False, name="separable_norm"),
            L.Conv2DTranspose(2, 3, name="turned"),
            L.BatchNormalization(name="turned_norm"),
            L.Flatten(name="flat"),
            L.Dense(3, name="dense"),
            L.BatchNormalization(name="dense_norm"),
            L.Activation("softmax", name="probabilities"),
        )
    return stack(
        (8, 8, 2),
        L.Conv2D(4, 3, padding="same", name="conv"),
        L.ReLU(6.0, name="conv_relu"),
        L.DepthwiseConv2D(3, depth_multiplier=2, name="depth"),
        L.ReLU(6.0, name="depth_relu"),
        L.SeparableConv2D(3, 3, name="separable"),
        L.Conv2DTranspose(2, 3, name="turned"),
        L.Flatten(name="flat"),
        L.Dense(3, activation="softmax", name="dense"),
    )


def fold_forward():
    """BatchNormalization in front of a layer with a kernel, and that layer alone."""
    if TRAINED:
        return stack(
            (8, 8, 2),
            L.BatchNormalization(name="first_norm"),
            L.Conv2D(4, 3, activation="relu", name="conv"),
            L.BatchNormalization(name="middle_norm"),
            L.DepthwiseConv2D(3, activation="tanh", name="depth"),
            L.BatchNormalization(name="last_norm"),
            L.Dropout(0.2, name="rest"),
            L.Flatten(name="flat"),
            L.Dense(3, name="dense"),
        )
    return stack(
        (8, 8, 2),
        L.Conv2D(4, 3, activation="relu", name="conv"),
        L.DepthwiseConv2D(3, activation="tanh", name="depth"),
        L.Dropout(0.2, name="rest"),
        L.Flatten(name="flat"),
        L.Dense(3, name="dense"),
    )


def unfold():
    """The architecture has BatchNormalization that was not trained."""
    if TRAINED:
        return stack(
            (8, 8, 2),
            L.Conv2D(4, 3, activation="relu", name="conv"),
            L.Conv2D(3, 3, use_bias=False, activation="tanh", name="other"),
            L.Flatten(name="flat"),
            L.Dense(3, name="dense"),
        )
    return stack(
        (8, 8, 2),
        L.Conv2D(4, 3, use_bias=False, name="conv"),
        L.BatchNormalization(epsilon=1e-5, name="conv_norm"),
        L.ReLU(name="conv_relu"),
        L.Conv2D(3, 3, activation="tanh", name="other"),
        L.BatchNormalization(scale=False, center=False, name="other_norm"),
        L.Flatten(name="flat"),
        L.Dense(3, name="dense"),
    )


def epsilon():
    """BatchNormalization with other settings."""
    if TRAINED:
        return stack(
            (6,),
            L.Dense(8, name="one"),
            L.BatchNormalization(epsilon=1e-3, scale=False, name="norm"),
            L.Activation("tanh", name="tanh"),
            L.Dense(3, name="two"),
        )
    return stack(
        (6,),
        L.Dense(8, use_bias=False, name="one"),
        L.BatchNormalization(epsilon=1e-5, name="norm"),
        L.Activation("tanh", name="tanh"),
        L.Dense(3, name="two"),
    )


def spelling():
    """The same functions by other classes."""
    if TRAINED:
        return stack(
            (6,),
            L.Dense(8, name="one"),
            L.LeakyReLU(0.2, name="leaky"),
            L.Dense(8, name="two"),
            L.ThresholdedReLU(0.5, name="thresholded"),
            L.Dense(8, name="three"),
            L.ReLU(negative_slope=0.1, name="slope"),
            L.Dense(8, activation=tf.nn.relu6, name="four"),
            L.Dense(3, name="five"),
        )
    return stack(
        (6,),
        L.Dense(8, name="one"),
        L.ReLU(negative_slope=0.2, name="leaky"),
        L.Dense(8, name="two"),
        L.ReLU(threshold=0.5, name="thresholded"),
        L.Dense(8, name="three"),
        L.LeakyReLU(0.1, name="slope"),
        L.Dense(8, name="four"),
        L.ReLU(6.0, name="six"),
        L.Dense(3, name="five"),
    )


def swish():
    """swish, and a product with a sigmoid."""
    if TRAINED:
        return stack(
            (6,),
            L.Dense(8, "swish", name="one"),
            L.Dense(8, name="two"),
            L.Activation("swish", name="act"),
            L.Dense(3, name="three"),
        )
    inputs = L.Input((6,), name="inputs")
    x = L.Dense(8, name="one")(inputs)
    x = L.Multiply(name="one_product")([x, L.Activation("sigmoid", name="one_sigmoid")(x)])
    x = L.Dense(8, name="two")(x)
    x = L.Multiply(name="two_product")([x, L.Activation("sigmoid", name="two_sigmoid")(x)])
    return tf.keras.Model(inputs, L.Dense(3, name="three")(x))


def padded():
    """Cannot be folded: the shift would have to stop where zeros are padded in."""
    if TRAINED:
        return stack(
            (8, 8, 2),
            L.BatchNormalization(name="norm"),
            L.Conv2D(4, 3, padding="same", name="conv"),
        )
    return stack((8, 8, 2), L.Conv2D(4, 3, padding="same", name="conv"))


def no_bias():
    """Cannot be folded: there is nothing to carry the shift."""
    if TRAINED:
        return stack((6,), L.Dense(4, name="one"), L.BatchNormalization(name="norm"))
    return stack((6,), L.Dense(4, use_bias=False, name="one"))


def selu_output():
    """Cannot be said: no weights follow that could take the factor."""
    if TRAINED:
        return stack((6,), L.Dense(4, "selu", name="one"))
    return stack((6,), L.Dense(4, name="one"), L.ELU(ALPHA, name="elu"))


def relu_by_mistake():
    """Another function: only an approximation exists."""
    if TRAINED:
        return stack(
            (6,),
            L.Dense(16, "selu", name="one"),
            L.Dense(8, "tanh", name="two"),
            L.Dense(3, name="three"),
        )
    return stack(
        (6,),
        L.Dense(16, "relu", name="one"),
        L.Dense(8, "tanh", name="two"),
        L.Dense(3, name="three"),
    )


def swish_conv():
    """Another function in front of convolutions."""
    if TRAINED:
        return stack(
            (9, 8, 2),
            L.Conv2D(6, 3, padding="same", activation="swish", name="one"),
            L.Conv2D(4, 3, strides=2, padding="same", activation="relu", name="two"),
            L.Conv2D(3, 2, dilation_rate=2, name="three"),
            L.GlobalAveragePooling2D(name="pool"),
            L.Dense(2, name="four"),
        )
    return stack(
        (9, 8, 2),
        L.Conv2D(6, 3, padding="same", activation="relu", name="one"),
        L.Conv2D(4, 3, strides=2, padding="same", activation="elu", name="two"),
        L.Conv2D(3, 2, dilation_rate=2, name="three"),
        L.GlobalAveragePooling2D(name="pool"),
        L.Dense(2, name="four"),
    )


CASES = {
    "selu_dense": selu_dense,
    "selu_conv": selu_conv,
    "selu_recurrent": selu_recurrent,
    "elu_to_selu": elu_to_selu,
    "fold_back": fold_back,
    "fold_forward": fold_forward,
    "unfold": unfold,
    "epsilon": epsilon,
    "spelling": spelling,
    "swish": swish,
    "padded": padded,
    "no_bias": no_bias,
    "selu_output": selu_output,
    "relu_by_mistake": relu_by_mistake,
    "swish_conv": swish_conv,
}


CALIBRATED = ("relu_by_mistake", "swish_conv")
"""Cases whose inputs are to refit weights, hence many."""


def drawn(weight, numbers):
    """Values of a trained network: statistics that matter, biases that are not zero."""
    name, shape = weight.name, tuple(weight.shape)
    if "variance" in name:
        return numbers.uniform(0.3, 2.0, shape)
    if "gamma" in name:
        return numbers.uniform(0.5, 1.5, shape) * numbers.choice([-1, 1], shape)
    if "kernel" in name:
        return numbers.normal(0, 1 / np.sqrt(np.prod(shape[:-1])), shape)
    return numbers.normal(0, 0.3, shape)


def save_trained(folder):
    """Write the files of TF 2.3."""
    for number, (case, build) in enumerate(CASES.items()):
        tf.keras.backend.clear_session()
        model = build()
        numbers = np.random.default_rng(number)
        model.set_weights([drawn(weight, numbers) for weight in model.weights])
        model.save(str(folder / (case + ".h5")), include_optimizer=False)
        rows = 160 if case in CALIBRATED else 8
        inputs = numbers.normal(size=(rows, *model.input_shape[1:])).astype("float32")
        outputs = model.predict_on_batch(inputs)
        np.savez_compressed(str(folder / (case + ".npz")), input_0=inputs, output_0=outputs)


def save_rebuilt(folder):
    """Write the files of TF 1.12."""
    for case, build in CASES.items():
        tf.keras.backend.clear_session()
        text = build().to_json(indent=1, sort_keys=True)
        (folder / (case + ".json")).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    TRAINED = sys.argv[1] == "trained"
    (save_trained if TRAINED else save_rebuilt)(Path(sys.argv[2]))
