import tensorflow as tf


class WithMask(_StandaloneLayer):
    """Passes its first tensor on, with the second one as its mask.

    Later releases take the masks of a model's inputs as an argument of its call.
    """

    def __init__(self, **kwargs):
        super(WithMask, self).__init__(**kwargs)
        self.supports_masking = True

    def call(self, inputs):
        return tf.identity(inputs[0])

    def compute_mask(self, inputs, mask=None):
        return tf.cast(inputs[1], tf.bool)

    def compute_output_shape(self, input_shape):
        return input_shape[0]
