import tensorflow as tf


class ZeroMaskedSteps(_StandaloneLayer):
    """Sets the masked steps of a sequence to 0 and passes the mask on.

    Recurrent layers of TensorFlow 2 do so by themselves where zero_output_for_mask is set, which a
    Bidirectional that returns sequences always does.
    """

    def __init__(self, **kwargs):
        super(ZeroMaskedSteps, self).__init__(**kwargs)
        self.supports_masking = True

    def call(self, inputs, mask=None):
        if mask is None:
            return inputs
        mask = tf.cast(mask, inputs.dtype)
        for _ in range(2, len(inputs.shape)):
            mask = tf.expand_dims(mask, -1)
        return inputs * mask

    def compute_output_shape(self, input_shape):
        return input_shape
