import keras
from keras import ops


class AutoContrast(keras.layers.Layer):
    """Stretches each channel of an image to the whole range of values, as Keras 3.6 and later do."""

    def __init__(self, value_range=(0, 255), data_format="channels_last", **kwargs):
        super().__init__(**kwargs)
        self.value_range = list(value_range)
        self.data_format = data_format

    def call(self, inputs):
        lowest, highest = [float(value) for value in self.value_range]
        given = ops.cast(inputs, self.compute_dtype)
        images = given
        if self.value_range != [0, 255]:
            images = (images - lowest) / (highest - lowest) * 255.0
        low = ops.min(images, axis=(1, 2), keepdims=True)
        high = ops.max(images, axis=(1, 2), keepdims=True)
        scale = 255.0 / (high - low)
        found = ops.clip(images * scale - low * scale, 0.0, 255.0)
        if self.value_range != [0, 255]:
            found = found / 255.0 * (highest - lowest) + lowest
        return ops.where(ops.isnan(found), given, found)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {
            **super().get_config(),
            "value_range": list(self.value_range),
            "data_format": self.data_format,
        }
