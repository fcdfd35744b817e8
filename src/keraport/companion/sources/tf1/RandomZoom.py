class RandomZoom(_RandomLayer):
    """Zooms each image at random while it trains, as tf.keras has it since TensorFlow 2.3."""

    def __init__(
        self,
        height_factor,
        width_factor=None,
        fill_mode="reflect",
        interpolation="bilinear",
        seed=None,
        **kwargs
    ):
        super(RandomZoom, self).__init__(**kwargs)
        self.height_factor = height_factor
        self.width_factor = width_factor
        self.fill_mode = fill_mode
        self.interpolation = interpolation
        self.seed = seed

    def in_training(self, inputs):
        sizes = tf.shape(inputs)
        vertical = 1.0 + self.uniform([sizes[0]], *_bounds(self.height_factor))
        horizontal = vertical
        if self.width_factor is not None:
            horizontal = 1.0 + self.uniform([sizes[0]], *_bounds(self.width_factor))
        height, width = [tf.cast(sizes[axis] - 1, tf.float32) for axis in (1, 2)]
        x, y = width / 2.0 * (1.0 - horizontal), height / 2.0 * (1.0 - vertical)
        zero = tf.zeros_like(vertical)
        matrices = tf.stack([horizontal, zero, x, zero, vertical, y], axis=1)
        return _projected(inputs, matrices, self.fill_mode, self.interpolation)

    def get_config(self):
        config = super(RandomZoom, self).get_config()
        config.update(
            height_factor=self.height_factor,
            width_factor=self.width_factor,
            fill_mode=self.fill_mode,
            interpolation=self.interpolation,
            seed=self.seed,
        )
        return config
