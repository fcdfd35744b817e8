import keras
from keras import ops


class _AddonsPooling(keras.layers.Layer):
    """Pools to a number of bins along each side, as the adaptive layers of TensorFlow Addons."""

    def __init__(self, output_size, data_format=None, **kwargs):
        super().__init__(**kwargs)
        self.output_size = output_size if isinstance(output_size, int) else list(output_size)
        self.data_format = data_format or keras.backend.image_data_format()

    def _bins(self, rank):
        return [self.output_size] * rank if isinstance(self.output_size, int) else self.output_size

    def call(self, inputs):
        rank = len(inputs.shape) - 2
        first = 1 if self.data_format == "channels_last" else 2
        pooled = inputs
        for side, bins in enumerate(self._bins(rank)):
            axis = first + 2 * side
            pooled = ops.stack(ops.split(pooled, bins, axis=axis), axis=axis)
        return self._reduced(pooled, [first + 2 * side + 1 for side in range(rank)])

    def compute_output_shape(self, input_shape):
        sizes = list(input_shape)
        bins = self._bins(len(sizes) - 2)
        if self.data_format == "channels_last":
            return (sizes[0], *bins, sizes[-1])
        return (*sizes[:2], *bins)

    def get_config(self):
        return {
            **super().get_config(),
            "output_size": self.output_size,
            "data_format": self.data_format,
        }
