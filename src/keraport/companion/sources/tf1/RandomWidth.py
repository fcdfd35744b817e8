class RandomWidth(_RandomLayer):
    """Changes the width of images at random while it trains, as tf.keras has it since TensorFlow 2.3."""

    def __init__(self, factor, interpolation="bilinear", seed=None, **kwargs):
        super(RandomWidth, self).__init__(**kwargs)
        self.factor = factor
        self.interpolation = interpolation
        self.seed = seed

    def in_training(self, inputs):
        sizes = tf.shape(inputs)
        lower, upper = _bounds(self.factor)
        share = self.uniform([], 1.0 + lower, 1.0 + upper)
        size = tf.cast(share * tf.cast(sizes[2], tf.float32), tf.int32)
        return _resized(inputs, sizes[1], size, self.interpolation)

    def compute_output_shape(self, input_shape):
        sizes = tf.TensorShape(input_shape).as_list()
        return tf.TensorShape([sizes[0], sizes[1], None, sizes[3]])

    def get_config(self):
        config = super(RandomWidth, self).get_config()
        config.update(factor=self.factor, interpolation=self.interpolation, seed=self.seed)
        return config
