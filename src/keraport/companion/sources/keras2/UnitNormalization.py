import tensorflow as tf


class UnitNormalization(_StandaloneLayer):
    """Makes vectors as long as 1, as tf.keras does since TensorFlow 2.9."""

    def __init__(self, axis=-1, **kwargs):
        super(UnitNormalization, self).__init__(**kwargs)
        self.axis = axis if isinstance(axis, int) else list(axis)
        self.supports_masking = True

    def call(self, inputs):
        return tf.nn.l2_normalize(inputs, self.axis)

    def compute_output_shape(self, input_shape):
        return tuple(input_shape)

    def get_config(self):
        config = super(UnitNormalization, self).get_config()
        config.update(axis=self.axis)
        return config
