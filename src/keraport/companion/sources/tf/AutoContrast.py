class AutoContrast(tf.keras.layers.Layer):
    """Stretches each channel of an image to the whole range of values, as Keras 3 does."""

    def __init__(self, value_range=(0, 255), data_format="channels_last", **kwargs):
        super(AutoContrast, self).__init__(**kwargs)
        self.value_range = list(value_range)
        self.data_format = data_format

    def call(self, inputs):
        lowest, highest = [float(value) for value in self.value_range]
        images = tf.cast(inputs, self.dtype)
        if self.value_range != [0, 255]:
            images = (images - lowest) / (highest - lowest) * 255.0
        low = tf.reduce_min(images, axis=(1, 2), keepdims=True)
        high = tf.reduce_max(images, axis=(1, 2), keepdims=True)
        scale = 255.0 / (high - low)
        found = tf.clip_by_value(images * scale - low * scale, 0.0, 255.0)
        if self.value_range != [0, 255]:
            found = found / 255.0 * (highest - lowest) + lowest
        return _where_true(tf.equal(found, found), found, tf.cast(inputs, self.dtype))

    def compute_output_shape(self, input_shape):
        return tf.TensorShape(input_shape)

    def get_config(self):
        config = super(AutoContrast, self).get_config()
        config.update(value_range=list(self.value_range), data_format=self.data_format)
        return config
