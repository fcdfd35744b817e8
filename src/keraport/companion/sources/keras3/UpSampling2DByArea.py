import keras


class UpSampling2DByArea(keras.layers.UpSampling2D):
    """UpSampling2D with interpolation="area", as Keras 3.6 and later have it."""

    def __init__(self, size=(2, 2), **kwargs):
        kwargs.pop("interpolation", None)
        super().__init__(size, interpolation="nearest", **kwargs)

    def call(self, inputs):
        first = self.data_format == "channels_first"
        rows, columns = inputs.shape[-2:] if first else inputs.shape[-3:-1]
        return _by_area(inputs, rows * self.size[0], columns * self.size[1], first)

    def get_config(self):
        return {**super().get_config(), "interpolation": "area"}
