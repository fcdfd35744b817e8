import keras
from keras import ops


class RMSNormalization(keras.layers.Layer):
    """Divides by the root of the mean square, as Keras 3.9 and later do."""

    def __init__(self, axis=-1, epsilon=1e-6, **kwargs):
        super().__init__(**kwargs)
        self.axis = sorted(axis) if isinstance(axis, (list, tuple)) else [axis]
        self.epsilon = epsilon
        self.supports_masking = True

    def build(self, input_shape):
        shape = tuple(input_shape[axis] for axis in self.axis)
        self.scale = self.add_weight(name="scale", shape=shape, initializer="ones")
        self.built = True

    def call(self, inputs):
        wide = "float64" if self.compute_dtype == "float64" else "float32"
        x = ops.cast(inputs, wide)
        squares = ops.mean(ops.square(x), axis=self.axis, keepdims=True)
        scaled = x * ops.rsqrt(squares + self.epsilon) * ops.cast(self.scale, wide)
        return ops.cast(scaled, inputs.dtype)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "axis": list(self.axis), "epsilon": self.epsilon}
