import tensorflow as tf


class WithoutMask(_StandaloneLayer):
    """Passes a tensor on without its mask, as later releases do before layers that take none."""

    def __init__(self, **kwargs):
        super(WithoutMask, self).__init__(**kwargs)
        self.supports_masking = True

    def call(self, inputs):
        return tf.identity(inputs)

    def compute_mask(self, inputs, mask=None):
        return None

    def compute_output_shape(self, input_shape):
        return input_shape
