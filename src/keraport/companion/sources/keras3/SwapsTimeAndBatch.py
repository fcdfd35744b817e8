import keras
from keras import ops


class SwapsTimeAndBatch(keras.layers.Layer):
    """Exchanges the first two axes: recurrent layers of Keras 3 always take (batch, time, ...)."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True

    def call(self, inputs):
        return ops.swapaxes(inputs, 0, 1)

    def compute_mask(self, inputs, previous_mask=None):
        return None if previous_mask is None else ops.swapaxes(previous_mask, 0, 1)

    def compute_output_shape(self, input_shape):
        return (input_shape[1], input_shape[0], *input_shape[2:])
