"""Writes the models of this folder with TensorFlow 2.3.0, and what it predicts.

Run it with the Python of the runtime that ``keraport runtimes install tf2.3`` builds::

    PYTHON examples/own_code/save_models.py
"""

import os
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import numpy as np
import tensorflow as tf
import tf23_layers as own

HERE = Path(__file__).parent
layers = tf.keras.layers
Input, Model = tf.keras.Input, tf.keras.Model


def temporal_block():
    """A residual block as a class that holds other layers."""
    x = Input((12, 3), name="steps")
    y = own.ResidualBlock(4, 3, dilation_rate=2, dropout_rate=0.1, name="block_1")(x)
    y = own.ResidualBlock(4, 2, dilation_rate=4, name="block_2")(y)
    y = layers.GlobalAveragePooling1D(name="mean")(y)
    return Model(x, layers.Dense(2, name="out")(y), name="temporal_block")


def temporal_lambda():
    """The same kind of block from stock layers, and a Lambda that takes the last step."""
    x = Input((12, 3), name="steps")
    y = layers.Conv1D(4, 3, dilation_rate=2, padding="causal", name="conv_1")(x)
    y = layers.Activation("relu", name="relu_1")(y)
    y = layers.SpatialDropout1D(0.1, name="dropout_1")(y)
    y = layers.Conv1D(4, 3, dilation_rate=2, padding="causal", name="conv_2")(y)
    skip = layers.Conv1D(4, 1, padding="same", name="skip")(x)
    y = layers.Activation("relu", name="relu_2")(layers.add([skip, y], name="sum"))
    y = layers.Lambda(lambda tt: tt[:, -1, :], name="last_step")(y)
    return Model(x, layers.Dense(2, name="out")(y), name="temporal_lambda")


def attention():
    """Self-attention and a normalisation whose name Keras has taken since."""
    x = Input((6, 4), name="tokens")
    y, scores = own.SelfAttention(3, return_attention=True, name="attention")(x)
    y = own.LayerNormalization(name="normalization")(layers.add([x, y], name="sum"))
    pooled = layers.GlobalMaxPooling1D(name="pooled")(y)
    return Model(x, [layers.Dense(2, name="out")(pooled), scores], name="attention_model")


def dna():
    """A convolution that masks its kernel."""
    x = Input((16, 4), name="bases")
    y = own.ConvDNA(5, 6, masked_positions=2, activation="relu", name="motifs")(x)
    y = layers.GlobalMaxPooling1D(name="pooled")(y)
    return Model(x, layers.Dense(1, activation="sigmoid", name="out")(y), name="dna")


def nameless_activation():
    """An activation that is saved as ``<lambda>``."""
    x = Input((5,), name="x")
    y = layers.Dense(8, activation=lambda x: x * tf.nn.sigmoid(1.5 * x), name="hidden")(x)
    return Model(x, layers.Dense(2, name="out")(y), name="nameless")


def trained():
    """Functions and objects of one's own wherever Keras takes them."""
    x = Input((5,), name="x")
    y = layers.Dense(
        4,
        activation=own.mish,
        kernel_initializer=own.Corners(0.5),
        kernel_regularizer=own.Spread(0.1),
        name="hidden",
    )(x)
    model = Model(x, layers.Dense(2, name="out")(y), name="trained")
    model.compile(own.Descent(0.05), loss=own.weighted_loss, metrics=[own.largest_error])
    return model


MODELS = (temporal_block, temporal_lambda, attention, dna, nameless_activation, trained)


def save(build):
    """One model, with weights that are not those that it starts with."""
    tf.keras.backend.clear_session()
    seed = 1 + [item.__name__ for item in MODELS].index(build.__name__)
    tf.random.set_seed(seed)
    numbers = np.random.RandomState(seed)
    model = build()
    model.set_weights(
        [w + numbers.normal(0, 0.3, w.shape).astype("float32") for w in model.get_weights()]
    )
    given = numbers.normal(size=(4, *model.input_shape[1:])).astype("float32")
    if model.optimizer is not None:
        model.fit(given, numbers.normal(size=(4, 2)), epochs=2, verbose=0)
    returned = model.predict(given)
    returned = returned if isinstance(returned, list) else [returned]
    path = HERE / f"{build.__name__}_tf2.h5"
    model.save(str(path))
    outputs = {f"output_{index}": array for index, array in enumerate(returned)}
    np.savez(path.with_suffix(".npz"), input_0=given, **outputs)


class Subclassed(tf.keras.Model):
    """A model without a config: its architecture is the code of its ``call``."""

    def __init__(self):
        super().__init__(name="subclassed")
        self.hidden = layers.Dense(4, activation="tanh", name="hidden")
        self.out = layers.Dense(2, name="out")

    def call(self, inputs):
        return self.out(self.hidden(inputs))


def save_weights():
    """Weights alone, of a subclassed model and of a functional one."""
    tf.random.set_seed(0)
    model = Subclassed()
    model(tf.zeros((1, 3)))
    model.save_weights(str(HERE / "subclassed_weights_tf2.h5"))
    tf.keras.backend.clear_session()
    x = Input((3,), name="x")
    hidden = layers.Dense(4, activation="tanh", name="hidden")(x)
    Model(x, layers.Dense(2, name="out")(hidden)).save_weights(
        str(HERE / "functional_weights_tf2.h5")
    )


if __name__ == "__main__":
    for build in MODELS:
        save(build)
    save_weights()
