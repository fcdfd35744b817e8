from tensorflow.python.ops import math_ops


class Discretization(_PreprocessingLayer):
    """The number of the bin that each value lies in, as tf.keras has it since TensorFlow 2.3."""

    def __init__(self, bins, gives="int32", **kwargs):
        super(Discretization, self).__init__(**kwargs)
        self.bins = bins
        self.gives = gives

    def call(self, inputs):
        found = math_ops._bucketize(inputs, boundaries=list(self.bins))
        return found if self.gives == "int32" else tf.cast(found, self.gives)

    def get_config(self):
        config = super(Discretization, self).get_config()
        config.update(bins=list(self.bins), gives=self.gives)
        return config
