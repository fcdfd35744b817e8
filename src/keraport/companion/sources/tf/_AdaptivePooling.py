class _AdaptivePooling(tf.keras.layers.Layer):
    """Pools to a size, whatever the size of what it is given, as Keras has it since 3.13.

    Place i of n out of m is made of those from floor(i * m / n) to ceil((i + 1) * m / n).
    """

    rank = 1

    def __init__(self, output_size, data_format=None, **kwargs):
        super(_AdaptivePooling, self).__init__(**kwargs)
        if not isinstance(output_size, (list, tuple)):
            output_size = [output_size] * self.rank
        self.output_size = [int(size) for size in output_size]
        self.data_format = data_format or "channels_last"

    def pooled(self, inputs, axis):
        raise NotImplementedError(type(self).__name__)

    def call(self, inputs):
        first = 2 if self.data_format == "channels_first" else 1
        for place, count in enumerate(self.output_size):
            axis = first + place
            size = inputs.shape.as_list()[axis]
            parts = []
            for i in range(count):
                start, end = i * size // count, -(-(i + 1) * size // count)
                window = tf.gather(inputs, tf.range(start, end), axis=axis)
                parts.append(self.pooled(window, axis))
            inputs = tf.concat(parts, axis=axis)
        return inputs

    def compute_mask(self, inputs, mask=None):
        return None

    def compute_output_shape(self, input_shape):
        sizes = tf.TensorShape(input_shape).as_list()
        if self.data_format == "channels_first":
            return tf.TensorShape(sizes[:2] + self.output_size)
        return tf.TensorShape(sizes[:1] + self.output_size + sizes[-1:])

    def get_config(self):
        config = super(_AdaptivePooling, self).get_config()
        config.update(output_size=self.output_size, data_format=self.data_format)
        return config
