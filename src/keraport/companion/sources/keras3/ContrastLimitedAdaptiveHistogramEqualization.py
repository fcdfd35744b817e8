import keras
from keras import ops


class ContrastLimitedAdaptiveHistogramEqualization(keras.layers.Layer):
    """Evens out the contrast of each tile of an image, as Keras 3.14 and later do.

    Args:
        value_range: the lowest and the highest value of images.
        clip_limit: how many times the mean a bar of a histogram may hold; 0 for any number.
        tile_grid_size: how many tiles there are along the height and the width.
    """

    def __init__(
        self,
        value_range=(0, 255),
        clip_limit=4.0,
        tile_grid_size=(8, 8),
        data_format="channels_last",
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.value_range = list(value_range)
        self.clip_limit = clip_limit
        self.tile_grid_size = list(tile_grid_size)
        self.data_format = data_format

    def call(self, inputs):
        images = ops.cast(inputs, "float32")
        if self.data_format == "channels_first":
            images = ops.transpose(images, (0, 2, 3, 1))
        lowest, highest = [float(value) for value in self.value_range]
        if (lowest, highest) != (0.0, 255.0):
            images = (images - lowest) / (highest - lowest) * 255.0
        found = self._equalised(images)
        if (lowest, highest) != (0.0, 255.0):
            found = found / 255.0 * (highest - lowest) + lowest
        if self.data_format == "channels_first":
            found = ops.transpose(found, (0, 3, 1, 2))
        return ops.cast(found, self.compute_dtype)

    def _equalised(self, images):
        """Images of 0 to 255 in float32, each pixel by the histograms of the tiles around it."""
        height, width, channels = images.shape[1:]
        if None in (height, width, channels):
            raise ValueError(f"{self.name} has to know the sizes of what it is given")
        count = ops.shape(images)[0]
        rows, columns = self.tile_grid_size
        tall, wide = (height + rows - 1) // rows, (width + columns - 1) // columns
        images = self._filled(images, tall * rows - height, tall * rows, 1)
        images = self._filled(images, wide * columns - width, wide * columns, 2)
        pixels = ops.cast(ops.clip(images, 0, 255), "int32")
        levels = self._levels(pixels, count, tall, wide, channels)
        upper, lower, down = _between_tiles(tall, rows)
        left, right, across = _between_tiles(wide, columns)
        down, across = down[None, :, None, None], across[None, None, :, None]

        def at(row, column):
            """The level of each pixel in a tile."""
            place = row[:, None] * (columns + 2) + column[None, :]
            place = place[None, :, :, None] * channels + ops.arange(channels, dtype="int32")
            stride = (rows + 2) * (columns + 2) * channels
            place = place + (ops.arange(count, dtype="int32") * stride)[:, None, None, None]
            return ops.take(levels, place * 256 + pixels)

        top = at(upper, left) * (1.0 - across) + at(upper, right) * across
        bottom = at(lower, left) * (1.0 - across) + at(lower, right) * across
        return (top * (1.0 - down) + bottom * down)[:, :height, :width]

    def _filled(self, images, missing, size, axis):
        """Images of a size, with what lies at the border mirrored behind it."""
        if not missing:
            return images
        known = size - missing
        # Mirrored again where more is missing than there is.
        places = [min(at % (2 * known), 2 * known - 1 - at % (2 * known)) for at in range(size)]
        return ops.take(images, ops.convert_to_tensor(places, dtype="int32"), axis=axis)

    def _levels(self, pixels, count, tall, wide, channels):
        """What each value becomes in each tile and those beside the outer ones, as one vector."""
        rows, columns = self.tile_grid_size
        tiles = ops.reshape(pixels, (count, rows, tall, columns, wide, channels))
        tiles = ops.transpose(tiles, (0, 1, 3, 5, 2, 4))
        tiles = ops.reshape(tiles, (count, rows, columns, channels, tall * wide))
        counts = ops.sum(ops.cast(ops.one_hot(tiles, 256), "float32"), axis=-2)
        if self.clip_limit > 0:
            kept = ops.clip(counts, 0.0, self.clip_limit * (tall * wide) / 256.0)
            counts = kept + ops.sum(counts - kept, axis=-1, keepdims=True) / 256.0
        below = ops.cumsum(counts, axis=-1)
        least = ops.min(below, axis=-1, keepdims=True)
        others = float(tall * wide) - least
        others = ops.where(others == 0, ops.ones_like(others), others)
        levels = ops.clip((below - least) * 255.0 / others, 0.0, 255.0)
        levels = ops.concatenate([levels[:, :1], levels, levels[:, -1:]], axis=1)
        levels = ops.concatenate([levels[:, :, :1], levels, levels[:, :, -1:]], axis=2)
        return ops.reshape(levels, (-1,))

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {
            **super().get_config(),
            "value_range": list(self.value_range),
            "clip_limit": self.clip_limit,
            "tile_grid_size": list(self.tile_grid_size),
            "data_format": self.data_format,
        }
