class AddonsSpatialPyramidPooling2D(tf.keras.layers.Layer):
    """The layer SpatialPyramidPooling2D of TensorFlow Addons: means of bins, at several sizes."""

    def __init__(self, bins, data_format=None, **kwargs):
        super(AddonsSpatialPyramidPooling2D, self).__init__(**kwargs)
        self.bins = [[size, size] if isinstance(size, int) else list(size) for size in bins]
        self.data_format = data_format or tf.keras.backend.image_data_format()

    def call(self, inputs):
        last = self.data_format == "channels_last"
        first = 1 if last else 2
        given, channels = tf.shape(inputs), inputs.shape.as_list()[-1 if last else 1]
        found = []
        for rows, columns in self.bins:
            height, width = given[first] // rows, given[first + 1] // columns
            high, wide = height * rows, width * columns
            if last:
                cut = inputs[:, :high, :wide, :]
                parted = [given[0], rows, height, columns, width, channels]
                flat = [given[0], rows * columns, channels]
            else:
                cut = inputs[:, :, :high, :wide]
                parted = [given[0], channels, rows, height, columns, width]
                flat = [given[0], channels, rows * columns]
            pooled = tf.reshape(cut, tf.stack(parted))
            pooled = tf.reduce_mean(pooled, axis=[first + 1, first + 3])
            found.append(tf.reshape(pooled, tf.stack(flat)))
        outputs = tf.concat(found, axis=1 if last else 2)
        outputs.set_shape(self.compute_output_shape(inputs.shape))
        return outputs

    def compute_output_shape(self, input_shape):
        sizes = tf.TensorShape(input_shape).as_list()
        total = sum(rows * columns for rows, columns in self.bins)
        if self.data_format == "channels_last":
            return tf.TensorShape([sizes[0], total, sizes[-1]])
        return tf.TensorShape([sizes[0], sizes[1], total])

    def get_config(self):
        config = super(AddonsSpatialPyramidPooling2D, self).get_config()
        config.update(bins=self.bins, data_format=self.data_format)
        return config
