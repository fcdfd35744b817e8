import keras
from keras import ops


class ThresholdedReLU(keras.layers.Layer):
    """x where x is larger than theta, else 0, as Keras had it up to 2.15."""

    def __init__(self, theta=1.0, **kwargs):
        super().__init__(**kwargs)
        self.theta = theta
        self.supports_masking = True

    def call(self, inputs):
        theta = ops.cast(self.theta, inputs.dtype)
        return inputs * ops.cast(ops.greater(inputs, theta), inputs.dtype)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "theta": self.theta}
