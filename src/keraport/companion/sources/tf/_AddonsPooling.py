class _AddonsPooling(tf.keras.layers.Layer):
    """Pools to a number of bins along each side, as the adaptive layers of TensorFlow Addons."""

    def __init__(self, output_size, data_format=None, **kwargs):
        super(_AddonsPooling, self).__init__(**kwargs)
        self.output_size = output_size if isinstance(output_size, int) else list(output_size)
        self.data_format = data_format or tf.keras.backend.image_data_format()

    def _bins(self, rank):
        return [self.output_size] * rank if isinstance(self.output_size, int) else self.output_size

    def call(self, inputs):
        rank = inputs.shape.ndims - 2
        first = 1 if self.data_format == "channels_last" else 2
        pooled = inputs
        for side, bins in enumerate(self._bins(rank)):
            # Each side is parted into bins and what is in a bin; these come last.
            axis = first + 2 * side
            parts = tf.split(pooled, bins, axis=axis)
            pooled = tf.stack(parts, axis=axis)
        axes = [first + 2 * side + 1 for side in range(rank)]
        outputs = self._reduced(pooled, axes)
        outputs.set_shape(self.compute_output_shape(inputs.shape))
        return outputs

    def compute_output_shape(self, input_shape):
        sizes = tf.TensorShape(input_shape).as_list()
        bins = self._bins(len(sizes) - 2)
        if self.data_format == "channels_last":
            return tf.TensorShape(sizes[:1] + bins + sizes[-1:])
        return tf.TensorShape(sizes[:2] + bins)

    def get_config(self):
        config = super(_AddonsPooling, self).get_config()
        config.update(output_size=self.output_size, data_format=self.data_format)
        return config
