import numpy as np


class RandomRotation(_RandomLayer):
    """Rotates each image at random while it trains, as tf.keras has it since TensorFlow 2.3."""

    def __init__(self, factor, fill_mode="reflect", interpolation="bilinear", seed=None, **kwargs):
        super(RandomRotation, self).__init__(**kwargs)
        self.factor = factor
        self.fill_mode = fill_mode
        self.interpolation = interpolation
        self.seed = seed

    def in_training(self, inputs):
        sizes = tf.shape(inputs)
        lower, upper = _bounds(self.factor)
        angles = self.uniform([sizes[0]], 2.0 * np.pi * lower, 2.0 * np.pi * upper)
        cos, sin = tf.cos(angles), tf.sin(angles)
        height, width = [tf.cast(sizes[axis] - 1, tf.float32) for axis in (1, 2)]
        x = (width - (cos * width - sin * height)) / 2.0
        y = (height - (sin * width + cos * height)) / 2.0
        matrices = tf.stack([cos, -sin, x, sin, cos, y], axis=1)
        return _projected(inputs, matrices, self.fill_mode, self.interpolation)

    def get_config(self):
        config = super(RandomRotation, self).get_config()
        config.update(
            factor=self.factor,
            fill_mode=self.fill_mode,
            interpolation=self.interpolation,
            seed=self.seed,
        )
        return config
