class AddonsSparsemax(tf.keras.layers.Layer):
    """The layer Sparsemax of TensorFlow Addons."""

    def __init__(self, axis=-1, **kwargs):
        super(AddonsSparsemax, self).__init__(**kwargs)
        self.axis = axis
        self.supports_masking = True

    def call(self, inputs):
        return addons_sparsemax(inputs, self.axis)

    def compute_output_shape(self, input_shape):
        return tf.TensorShape(input_shape)

    def get_config(self):
        config = super(AddonsSparsemax, self).get_config()
        config.update(axis=self.axis)
        return config
