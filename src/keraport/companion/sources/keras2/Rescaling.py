import keras
import tensorflow as tf


class Rescaling(_StandaloneLayer):
    """Multiplies by a constant and adds another, as tf.keras has it since TensorFlow 2.3."""

    def __init__(self, scale, offset=0.0, **kwargs):
        super(Rescaling, self).__init__(**kwargs)
        self.scale = scale
        self.offset = offset

    def call(self, inputs):
        dtype = self.dtype or keras.backend.floatx()
        return tf.cast(inputs, dtype) * tf.cast(self.scale, dtype) + tf.cast(self.offset, dtype)

    def compute_mask(self, inputs, mask=None):
        return None

    def compute_output_shape(self, input_shape):
        return tuple(input_shape)

    def get_config(self):
        config = super(Rescaling, self).get_config()
        config.update(scale=self.scale, offset=self.offset)
        return config
