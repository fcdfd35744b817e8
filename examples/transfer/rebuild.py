"""Two networks of the examples, rebuilt by hand in TensorFlow 1.12.0; writes their architectures.

``digits_rebuilt.json`` computes what ``digits.h5`` does; its layers have names of their own.
``relu_rebuilt.json`` is ``custom_layer/selu_model_tf2.h5`` with relu in the place of selu.
"""

import os
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import tensorflow as tf

layers = tf.keras.layers


def digits():
    """Two convolutions, a BatchNormalization, a Dense, as a graph of layers."""
    image = layers.Input((8, 8, 1), name="image")
    x = layers.Conv2D(8, 3, padding="same", name="edges")(image)
    x = layers.Activation("relu")(x)
    x = layers.BatchNormalization(name="norm")(x)
    x = layers.MaxPooling2D()(x)
    x = layers.Conv2D(16, 3, activation="relu", padding="same", name="shapes")(x)
    x = layers.Flatten()(x)
    x = layers.Dense(16, activation="relu", name="hidden")(x)
    return tf.keras.Model(image, layers.Dense(10, activation="softmax", name="digit")(x))


def with_relu():
    """Dense(64), Dense(10, softmax)."""
    given = layers.Input((20,))
    x = layers.Dense(64, activation="relu")(given)
    return tf.keras.Model(given, layers.Dense(10, activation="softmax")(x))


for name, model in (("digits_rebuilt", digits()), ("relu_rebuilt", with_relu())):
    Path(__file__).with_name(name + ".json").write_text(model.to_json())
