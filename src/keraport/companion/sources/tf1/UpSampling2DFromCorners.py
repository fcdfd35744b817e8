class UpSampling2DFromCorners(tf.keras.layers.UpSampling2D):
    """Bilinear UpSampling2D as of Keras 2.2 and 2.3: from corner to corner of pixels."""

    def __init__(self, size=(2, 2), data_format=None, interpolation="bilinear", **kwargs):
        super(UpSampling2DFromCorners, self).__init__(size=size, data_format=data_format, **kwargs)
        self.interpolation = interpolation

    def call(self, inputs):
        first = self.data_format == "channels_first"
        images = _channels_last(inputs, 2) if first else inputs
        known, sizes = images.shape.as_list(), tf.shape(images)
        size = [(known[axis] or sizes[axis]) * factor for axis, factor in enumerate(self.size, 1)]
        outputs = tf.image.resize_bilinear(images, size)
        return _channels_first(outputs, 2) if first else outputs

    def get_config(self):
        config = super(UpSampling2DFromCorners, self).get_config()
        config.update(interpolation=self.interpolation)
        return config
