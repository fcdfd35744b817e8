import keras
from keras import ops


class DiscretizationV2(keras.layers.Discretization):
    """Discretization that sorts floats as they are, as Keras 3.12 and later do.

    Args:
        gives: the dtype of the numbers of bins.
    """

    def __init__(self, gives="int64", **kwargs):
        super().__init__(**kwargs)
        self.gives = gives

    def call(self, inputs):
        return ops.cast(ops.digitize(inputs, self.bin_boundaries), self.gives)

    def compute_output_spec(self, inputs):
        return keras.KerasTensor(shape=inputs.shape, dtype=self.gives)

    def get_config(self):
        return {**super().get_config(), "gives": self.gives}
