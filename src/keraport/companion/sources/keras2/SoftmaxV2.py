import keras
import tensorflow as tf


class SoftmaxV2(_StandaloneLayer):
    """Softmax that leaves out what a mask hides, as tf.keras has it since TensorFlow 2.4.

    Called with two tensors, it takes the second for the mask.
    """

    def __init__(self, axis=-1, **kwargs):
        super(SoftmaxV2, self).__init__(**kwargs)
        self.axis = axis if isinstance(axis, int) else list(axis)
        self.supports_masking = True

    def call(self, inputs, mask=None):
        if isinstance(inputs, (list, tuple)):
            inputs, mask = inputs
        if mask is not None:
            inputs += (1.0 - tf.cast(mask, inputs.dtype)) * _large_negative(inputs.dtype)
        axes = [self.axis] if isinstance(self.axis, int) else self.axis
        if len(axes) > 1:
            return tf.exp(inputs - tf.reduce_logsumexp(inputs, axis=axes, keepdims=True))
        return keras.backend.softmax(inputs, axis=axes[0])

    def compute_mask(self, inputs, mask=None):
        return mask[0] if isinstance(mask, (list, tuple)) else mask

    def compute_output_shape(self, input_shape):
        first = input_shape[0] if isinstance(input_shape, list) else input_shape
        return tuple(first)

    def get_config(self):
        config = super(SoftmaxV2, self).get_config()
        config.update(axis=self.axis)
        return config
