class AutoContrast(tf.keras.layers.Layer):
    """Stretches the values of each channel of an image, as Keras has it since 3.9."""

    def __init__(self, value_range=(0, 255), data_format=None, **kwargs):
        super(AutoContrast, self).__init__(**kwargs)
        self.value_range = [float(value) for value in value_range]
        self.data_format = data_format

    def call(self, inputs):
        given = tf.cast(inputs, self.dtype or tf.keras.backend.floatx())
        least, most = self.value_range
        images = given
        if self.value_range != [0.0, 255.0]:
            images = (given - least) / (most - least) * 255.0
        low = tf.reduce_min(images, axis=(1, 2), keepdims=True)
        high = tf.reduce_max(images, axis=(1, 2), keepdims=True)
        scale = 255.0 / (high - low)
        images = tf.clip_by_value(images * scale + -low * scale, 0.0, 255.0)
        if self.value_range != [0.0, 255.0]:
            images = images / 255.0 * (most - least) + least
        return tf.where(tf.not_equal(images, images), given, images)

    def compute_mask(self, inputs, mask=None):
        return None

    def compute_output_shape(self, input_shape):
        return tf.TensorShape(input_shape)

    def get_config(self):
        config = super(AutoContrast, self).get_config()
        config.update(value_range=self.value_range, data_format=self.data_format)
        return config
