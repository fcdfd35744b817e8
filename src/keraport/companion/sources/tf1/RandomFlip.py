class RandomFlip(_RandomLayer):
    """Mirrors each image at random while it trains, as tf.keras has it since TensorFlow 2.3."""

    def __init__(self, mode="horizontal_and_vertical", seed=None, **kwargs):
        super(RandomFlip, self).__init__(**kwargs)
        if mode not in ("horizontal", "vertical", "horizontal_and_vertical"):
            raise ValueError("%s has the unknown mode %r" % (self.name, mode))
        self.mode = mode
        self.seed = seed

    def in_training(self, inputs):
        outputs = inputs
        if "horizontal" in self.mode:
            outputs = tf.image.random_flip_left_right(outputs, seed=self.seed)
        if "vertical" in self.mode:
            outputs = tf.image.random_flip_up_down(outputs, seed=self.seed)
        return outputs

    def get_config(self):
        config = super(RandomFlip, self).get_config()
        config.update(mode=self.mode, seed=self.seed)
        return config
