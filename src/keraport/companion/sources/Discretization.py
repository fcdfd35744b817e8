from tensorflow.python.ops import math_ops


class Discretization(_PreprocessingLayer):
    """The number of the bin that each value lies in, as tf.keras has it since TensorFlow 2.3.

    Args:
        gives: dtype of the numbers, where layers behind do not cast integers by themselves.
    """

    def __init__(self, bins, gives="int32", **kwargs):
        super(Discretization, self).__init__(**kwargs)
        self.bins = bins
        self.gives = gives

    def call(self, inputs):
        return tf.cast(math_ops._bucketize(inputs, boundaries=list(self.bins)), self.gives)

    def get_config(self):
        config = super(Discretization, self).get_config()
        config.update(bins=list(self.bins), gives=self.gives)
        return config
