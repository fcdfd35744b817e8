import tensorflow as tf
from blocks import losses

factor = 2.0


class Hits(tf.keras.layers.Layer):
    def call(self, inputs):
        return inputs + losses.share_of_hits(tf.abs(inputs), inputs)

    def compute_output_shape(self, input_shape):
        return input_shape
