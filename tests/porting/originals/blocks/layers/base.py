import tensorflow as tf


class Base(tf.keras.layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.first = tf.keras.layers.Dense(4)

    def compute_output_shape(self, input_shape):
        return input_shape


class HoldsMore:
    def add_more(self):
        self.more = tf.keras.layers.Dense(4, activation="tanh")
