import keras
from keras import ops


class AddonsSpatialPyramidPooling2D(keras.layers.Layer):
    """The layer SpatialPyramidPooling2D of TensorFlow Addons: means of bins, at several sizes."""

    def __init__(self, bins, data_format=None, **kwargs):
        super().__init__(**kwargs)
        self.bins = [[size, size] if isinstance(size, int) else list(size) for size in bins]
        self.data_format = data_format or keras.backend.image_data_format()

    def call(self, inputs):
        last = self.data_format == "channels_last"
        first = 1 if last else 2
        given, channels = ops.shape(inputs), inputs.shape[-1 if last else 1]
        found = []
        for rows, columns in self.bins:
            height, width = given[first] // rows, given[first + 1] // columns
            high, wide = height * rows, width * columns
            if last:
                cut = inputs[:, :high, :wide, :]
                parted = (given[0], rows, height, columns, width, channels)
                flat = (given[0], rows * columns, channels)
            else:
                cut = inputs[:, :, :high, :wide]
                parted = (given[0], channels, rows, height, columns, width)
                flat = (given[0], channels, rows * columns)
            pooled = ops.mean(ops.reshape(cut, parted), axis=[first + 1, first + 3])
            found.append(ops.reshape(pooled, flat))
        return ops.concatenate(found, axis=1 if last else 2)

    def compute_output_shape(self, input_shape):
        total = sum(rows * columns for rows, columns in self.bins)
        if self.data_format == "channels_last":
            return (input_shape[0], total, input_shape[-1])
        return (input_shape[0], input_shape[1], total)

    def get_config(self):
        return {**super().get_config(), "bins": self.bins, "data_format": self.data_format}
