import keras
from keras import ops


class KerasStochasticDepth(keras.layers.Layer):
    """StochasticDepth of ConvNeXt in keras.applications: drops the branch of whole samples."""

    def __init__(self, drop_path_rate, **kwargs):
        super().__init__(**kwargs)
        self.drop_path_rate = drop_path_rate
        self.seed_generator = keras.random.SeedGenerator()

    def call(self, inputs, training=False):
        if not training:
            return inputs
        kept = 1 - self.drop_path_rate
        shape = (ops.shape(inputs)[0],) + (1,) * (len(inputs.shape) - 1)
        drawn = keras.random.uniform(shape, dtype=inputs.dtype, seed=self.seed_generator)
        return inputs / kept * ops.floor(kept + drawn)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "drop_path_rate": self.drop_path_rate}
