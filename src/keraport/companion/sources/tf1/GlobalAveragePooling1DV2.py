class GlobalAveragePooling1DV2(tf.keras.layers.Layer):
    """GlobalAveragePooling1D as of TensorFlow 2.3: masked steps do not count."""

    def __init__(self, data_format="channels_last", **kwargs):
        super(GlobalAveragePooling1DV2, self).__init__(**kwargs)
        self.data_format = data_format or "channels_last"
        self.supports_masking = True

    def call(self, inputs, mask=None):
        steps, other = (2, 1) if self.data_format == "channels_first" else (1, 2)
        if mask is None:
            return tf.reduce_mean(inputs, axis=steps)
        kept = tf.expand_dims(tf.cast(mask, inputs.dtype), other)
        return tf.reduce_sum(inputs * kept, axis=steps) / tf.reduce_sum(kept, axis=steps)

    def compute_output_shape(self, input_shape):
        sizes = tf.TensorShape(input_shape).as_list()
        return tf.TensorShape([sizes[0], sizes[1 if self.data_format == "channels_first" else 2]])

    def compute_mask(self, inputs, mask=None):
        return None

    def get_config(self):
        config = super(GlobalAveragePooling1DV2, self).get_config()
        config.update(data_format=self.data_format)
        return config
