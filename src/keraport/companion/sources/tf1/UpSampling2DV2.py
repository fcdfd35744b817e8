class UpSampling2DV2(tf.keras.layers.UpSampling2D):
    """UpSampling2D as of TensorFlow 2.3: it can interpolate."""

    def __init__(self, size=(2, 2), data_format=None, interpolation="nearest", **kwargs):
        super(UpSampling2DV2, self).__init__(size=size, data_format=data_format, **kwargs)
        self.interpolation = interpolation

    def call(self, inputs):
        if self.interpolation == "nearest":
            return super(UpSampling2DV2, self).call(inputs)
        first = self.data_format == "channels_first"
        images = _channels_last(inputs, 2) if first else inputs
        known, sizes = images.shape.as_list(), tf.shape(images)
        height, width = [
            (known[axis] or sizes[axis]) * factor for axis, factor in enumerate(self.size, 1)
        ]
        outputs = _resized(images, height, width, self.interpolation)
        return _channels_first(outputs, 2) if first else outputs

    def compute_mask(self, inputs, mask=None):
        return None

    def get_config(self):
        config = super(UpSampling2DV2, self).get_config()
        config.update(interpolation=self.interpolation)
        return config
