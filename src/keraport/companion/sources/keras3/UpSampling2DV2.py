import keras


class UpSampling2DV2(keras.layers.UpSampling2D):
    """UpSampling2D that interpolates as TensorFlow does, on any backend."""

    def call(self, inputs):
        if self.interpolation == "nearest":
            return super().call(inputs)
        first = self.data_format == "channels_first"
        sizes = inputs.shape[2:] if first else inputs.shape[1:-1]
        height, width = (size * times for size, times in zip(sizes, self.size))
        return _interpolated(inputs, height, width, self.interpolation, first)
