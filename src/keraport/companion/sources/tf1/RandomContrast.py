class RandomContrast(_RandomLayer):
    """Changes the contrast at random while it trains, as tf.keras has it since TensorFlow 2.3."""

    def __init__(self, factor, seed=None, **kwargs):
        super(RandomContrast, self).__init__(**kwargs)
        self.factor = factor
        self.seed = seed

    def in_training(self, inputs):
        pair = isinstance(self.factor, (tuple, list))
        lower, upper = self.factor if pair else (self.factor, self.factor)
        contrast = self.uniform([], 1.0 - lower, 1.0 + upper)
        return tf.image.adjust_contrast(inputs, contrast)

    def get_config(self):
        config = super(RandomContrast, self).get_config()
        config.update(factor=self.factor, seed=self.seed)
        return config
