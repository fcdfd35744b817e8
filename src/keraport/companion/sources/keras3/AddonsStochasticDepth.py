import keras
from keras import ops


class AddonsStochasticDepth(keras.layers.Layer):
    """The layer StochasticDepth of TensorFlow Addons: a shortcut and a branch that may be dropped."""

    def __init__(self, survival_probability=0.5, **kwargs):
        super().__init__(**kwargs)
        self.survival_probability = survival_probability
        self.seed_generator = keras.random.SeedGenerator()

    def call(self, inputs, training=False):
        shortcut, residual = inputs
        if not training:
            return shortcut + self.survival_probability * residual
        drawn = keras.random.uniform((), seed=self.seed_generator)
        return shortcut + ops.cast(drawn < self.survival_probability, residual.dtype) * residual

    def compute_output_shape(self, input_shape):
        return input_shape[0]

    def get_config(self):
        return {**super().get_config(), "survival_probability": self.survival_probability}
