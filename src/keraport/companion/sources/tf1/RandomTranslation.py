class RandomTranslation(_RandomLayer):
    """Shifts each image at random while it trains, as tf.keras has it since TensorFlow 2.3."""

    def __init__(
        self,
        height_factor,
        width_factor,
        fill_mode="reflect",
        interpolation="bilinear",
        seed=None,
        **kwargs
    ):
        super(RandomTranslation, self).__init__(**kwargs)
        self.height_factor = height_factor
        self.width_factor = width_factor
        self.fill_mode = fill_mode
        self.interpolation = interpolation
        self.seed = seed

    def in_training(self, inputs):
        sizes = tf.shape(inputs)
        down, right = [
            self.uniform([sizes[0]], *_bounds(factor)) * tf.cast(sizes[axis], tf.float32)
            for axis, factor in ((1, self.height_factor), (2, self.width_factor))
        ]
        one, zero = tf.ones_like(down), tf.zeros_like(down)
        matrices = tf.stack([one, zero, -right, zero, one, -down], axis=1)
        return _projected(inputs, matrices, self.fill_mode, self.interpolation)

    def get_config(self):
        config = super(RandomTranslation, self).get_config()
        config.update(
            height_factor=self.height_factor,
            width_factor=self.width_factor,
            fill_mode=self.fill_mode,
            interpolation=self.interpolation,
            seed=self.seed,
        )
        return config
