class GlobalMaxPooling1DV2(tf.keras.layers.Layer):
    """GlobalMaxPooling1D as of TensorFlow 2.3: it knows channels first."""

    def __init__(self, data_format="channels_last", **kwargs):
        super(GlobalMaxPooling1DV2, self).__init__(**kwargs)
        self.data_format = data_format or "channels_last"

    def call(self, inputs):
        axis = 2 if self.data_format == "channels_first" else 1
        # As an output of a model, grappler would give that of what an activation was given.
        return tf.identity(tf.reduce_max(inputs, axis=axis))

    def compute_output_shape(self, input_shape):
        sizes = tf.TensorShape(input_shape).as_list()
        return tf.TensorShape([sizes[0], sizes[1 if self.data_format == "channels_first" else 2]])

    def compute_mask(self, inputs, mask=None):
        return None

    def get_config(self):
        config = super(GlobalMaxPooling1DV2, self).get_config()
        config.update(data_format=self.data_format)
        return config
