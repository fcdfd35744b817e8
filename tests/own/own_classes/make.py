"""Models with classes of a user's own, saved by the release that runs this (TensorFlow 2.3.0).

``python make.py FOLDER`` writes ``<case>.h5``.
"""

import os
import sys

import numpy as np
import tensorflow as tf
from layers_tf2 import Attend, Own, OwnCell, Second

layers = tf.keras.layers
folder = sys.argv[1]


def saved(name, model):
    numbers = np.random.RandomState(len(name))
    model.set_weights([numbers.uniform(-1, 1, w.shape) for w in model.get_weights()])
    model.save(os.path.join(folder, name + ".h5"), include_optimizer=False)


def second():
    first, other = tf.keras.Input((3,), name="first"), tf.keras.Input((3,), name="other")
    return tf.keras.Model([first, other], Second()(first, layers.Dense(3)(other)))


def attend():
    query, memory = tf.keras.Input((4, 3), name="query"), tf.keras.Input((5, 3), name="memory")
    masked = layers.Masking()(memory)
    one = Attend(2, name="both")(query, masked, bias=layers.Dense(1)(memory))
    return tf.keras.Model([query, memory], [one, Attend(2, name="plain")(query, memory)])


def wrapped():
    x = tf.keras.Input((4, 5))
    y = layers.RNN(OwnCell(3))(layers.TimeDistributed(Own(3, name="mine"))(x))
    inner = tf.keras.Sequential([layers.Dense(3, input_shape=(3,)), Own(2, name="deep")])
    return tf.keras.Model(x, inner(y))


class Add(layers.Layer):
    def call(self, inputs):
        return inputs + 1.0


class Dropout(layers.Layer):
    def build(self, input_shape):
        self.kernel = self.add_weight("kernel", (input_shape[-1],))

    def call(self, inputs):
        return inputs * self.kernel

    def get_config(self):
        return dict(super().get_config(), rate=0.5, noise_shape=None, seed=None)


class Flatten(layers.Layer):
    def call(self, inputs):
        return inputs[0] - inputs[1]

    def get_config(self):
        return dict(super().get_config(), data_format="channels_last")


saved("second", second())
saved("attend", attend())
saved("wrapped", wrapped())
saved("add", tf.keras.Sequential([layers.Dense(3, input_shape=(3,)), Add()]))
x, y = tf.keras.Input((3,)), tf.keras.Input((3,))
saved("add_of_one", tf.keras.Model(x, Add()(layers.Dense(2)(x))))
saved("dropout", tf.keras.Model(x, Dropout()(x)))
saved("flatten", tf.keras.Model([x, y], Flatten()([x, y])))
