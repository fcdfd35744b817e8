class ContrastLimitedAdaptiveHistogramEqualization(tf.keras.layers.Layer):
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
        **kwargs
    ):
        super(ContrastLimitedAdaptiveHistogramEqualization, self).__init__(**kwargs)
        self.value_range = list(value_range)
        self.clip_limit = clip_limit
        self.tile_grid_size = list(tile_grid_size)
        self.data_format = data_format

    def call(self, inputs):
        images = tf.cast(inputs, self.dtype)
        if self.data_format == "channels_first":
            images = tf.transpose(images, [0, 2, 3, 1])
        lowest, highest = [float(value) for value in self.value_range]
        if (lowest, highest) != (0.0, 255.0):
            images = (tf.cast(images, tf.float32) - lowest) / (highest - lowest) * 255.0
        found = self._equalised(images)
        if (lowest, highest) != (0.0, 255.0):
            found = found / 255.0 * (highest - lowest) + lowest
        if self.data_format == "channels_first":
            found = tf.transpose(found, [0, 3, 1, 2])
        found = tf.cast(found, self.dtype)
        found.set_shape(inputs.shape)
        return found

    def _equalised(self, images):
        """Images of 0 to 255 in float32, each pixel by the histograms of the tiles around it."""
        shape = tf.shape(images)
        rows, columns = self.tile_grid_size
        height = (shape[1] + rows - 1) // rows
        width = (shape[2] + columns - 1) // columns
        more = [height * rows - shape[1], width * columns - shape[2]]
        images = tf.pad(images, [[0, 0], [0, more[0]], [0, more[1]], [0, 0]], "SYMMETRIC")
        pixels = tf.cast(tf.clip_by_value(images, 0, 255), tf.int32)
        levels = self._levels(pixels, height, width, shape[3])
        upper, lower, down = _between_tiles(height, rows)
        left, right, across = _between_tiles(width, columns)
        down, across = down[tf.newaxis, :, tf.newaxis, tf.newaxis], across[:, tf.newaxis]

        def at(row, column):
            """The level of each pixel in a tile."""
            place = (row[:, tf.newaxis] * (columns + 2) + column)[:, :, tf.newaxis]
            place = place * shape[3] + tf.range(shape[3])
            image = tf.range(shape[0]) * ((rows + 2) * (columns + 2) * shape[3])
            place = place + image[:, tf.newaxis, tf.newaxis, tf.newaxis]
            return tf.gather(levels, place * 256 + pixels)

        top = at(upper, left) * (1.0 - across) + at(upper, right) * across
        bottom = at(lower, left) * (1.0 - across) + at(lower, right) * across
        return (top * (1.0 - down) + bottom * down)[:, : shape[1], : shape[2]]

    def _levels(self, pixels, height, width, channels):
        """What each value becomes in each tile and those beside the outer ones, as one vector."""
        rows, columns = self.tile_grid_size
        tiles = tf.reshape(pixels, tf.stack([-1, rows, height, columns, width, channels]))
        tiles = tf.transpose(tiles, [0, 1, 3, 5, 2, 4])
        tiles = tf.reshape(tiles, tf.stack([-1, rows, columns, channels, height * width]))
        counts = tf.reduce_sum(tf.one_hot(tiles, 256), axis=-2)
        size = tf.cast(height * width, tf.float32)
        if self.clip_limit > 0:
            kept = tf.clip_by_value(counts, 0.0, self.clip_limit * size / 256.0)
            counts = kept + tf.reduce_sum(counts - kept, axis=-1, keepdims=True) / 256.0
        below = tf.cumsum(counts, axis=-1)
        least = tf.reduce_min(below, axis=-1, keepdims=True)
        others = size - least
        others = others + tf.cast(tf.equal(others, 0.0), tf.float32)
        levels = tf.clip_by_value((below - least) * 255.0 / others, 0.0, 255.0)
        levels = tf.concat([levels[:, :1], levels, levels[:, -1:]], axis=1)
        levels = tf.concat([levels[:, :, :1], levels, levels[:, :, -1:]], axis=2)
        return tf.reshape(levels, [-1])

    def compute_output_shape(self, input_shape):
        return tf.TensorShape(input_shape)

    def get_config(self):
        config = super(ContrastLimitedAdaptiveHistogramEqualization, self).get_config()
        config.update(
            value_range=list(self.value_range),
            clip_limit=self.clip_limit,
            tile_grid_size=list(self.tile_grid_size),
            data_format=self.data_format,
        )
        return config
