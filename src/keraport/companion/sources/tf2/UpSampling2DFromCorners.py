class UpSampling2DFromCorners(tf.keras.layers.UpSampling2D):
    """Bilinear UpSampling2D as of Keras 2.2 and 2.3: from corner to corner of pixels."""

    def __init__(self, size=(2, 2), data_format=None, interpolation="bilinear", **kwargs):
        super().__init__(size=size, data_format=data_format, interpolation=interpolation, **kwargs)

    def call(self, inputs):
        first = self.data_format == "channels_first"
        images = tf.transpose(inputs, [0, 2, 3, 1]) if first else inputs
        known, sizes = images.shape.as_list(), tf.shape(images)
        size = [(known[axis] or sizes[axis]) * factor for axis, factor in enumerate(self.size, 1)]
        outputs = tf.compat.v1.image.resize_bilinear(images, size)
        return tf.transpose(outputs, [0, 3, 1, 2]) if first else outputs
