import keras


class ResizingByArea(keras.layers.Resizing):
    """Resizing with interpolation="area", as Keras 3.6 and later have it."""

    def __init__(self, height, width, **kwargs):
        kwargs.pop("interpolation", None)
        super().__init__(height, width, interpolation="nearest", **kwargs)

    def call(self, inputs):
        first = self.data_format == "channels_first"
        return _by_area(inputs, self.height, self.width, first, self.crop_to_aspect_ratio)

    def get_config(self):
        return {**super().get_config(), "interpolation": "area"}
