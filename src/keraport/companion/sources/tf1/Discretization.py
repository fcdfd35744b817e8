from tensorflow.python.ops import math_ops


class Discretization(_PreprocessingLayer):
    """The number of the bin that each value lies in, as tf.keras has it since TensorFlow 2.3."""

    def __init__(self, bins, **kwargs):
        super(Discretization, self).__init__(**kwargs)
        self.bins = bins

    def call(self, inputs):
        return math_ops._bucketize(inputs, boundaries=list(self.bins))

    def get_config(self):
        config = super(Discretization, self).get_config()
        config.update(bins=list(self.bins))
        return config
