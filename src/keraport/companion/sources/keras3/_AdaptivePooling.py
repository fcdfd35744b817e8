import keras
from keras import ops


class _AdaptivePooling(keras.layers.Layer):
    """Pools to a given size, as Keras 3.13 and later do: one axis after another, in windows that
    overlap.
    """

    def __init__(self, output_size, data_format=None, **kwargs):
        super().__init__(**kwargs)
        one = isinstance(output_size, int)
        self.output_size = [output_size] * self.rank if one else list(output_size)
        self.data_format = data_format or keras.config.image_data_format()

    @property
    def _first(self):
        return 2 if self.data_format == "channels_first" else 1

    def call(self, inputs):
        for number, wanted in enumerate(self.output_size):
            inputs = self._pooled(inputs, self._first + number, wanted)
        return inputs

    def _pooled(self, inputs, axis, wanted):
        size = inputs.shape[axis]
        if size is None:
            raise ValueError(f"{self.name} has to know the sizes of what it is given")
        small = -(-size // wanted)
        parts = []
        for number in range(wanted):
            start = number * size // wanted
            end = min(-(-(number + 1) * size // wanted), size)
            length = small + 1 if end - start == small + 1 else small
            part = [slice(None)] * axis + [slice(start, start + length)]
            parts.append(self._reduced(inputs[tuple(part)], axis))
        return ops.concatenate(parts, axis=axis)

    def compute_output_shape(self, input_shape):
        sizes = list(input_shape)
        sizes[self._first : self._first + self.rank] = self.output_size
        return tuple(sizes)

    def get_config(self):
        return {
            **super().get_config(),
            "output_size": list(self.output_size),
            "data_format": self.data_format,
        }
