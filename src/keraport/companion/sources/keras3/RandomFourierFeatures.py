import math

import keras
from keras import ops


class RandomFourierFeatures(keras.layers.Layer):
    """Random features that approximate a kernel, as Keras had it up to 2.15."""

    def __init__(
        self, output_dim, kernel_initializer="gaussian", scale=None, trainable=False, **kwargs
    ):
        super().__init__(trainable=trainable, **kwargs)
        self.output_dim = output_dim
        self.kernel_initializer = kernel_initializer
        self.scale = scale

    def build(self, input_shape):
        width = input_shape[-1]
        given, is_gaussian = self.kernel_initializer, True
        if isinstance(given, str):
            is_gaussian = given.lower() == "gaussian"
            kernel = "random_normal" if is_gaussian else self._cauchy
            kernel = keras.initializers.RandomNormal(stddev=1.0) if is_gaussian else kernel
        else:
            kernel, is_gaussian = keras.initializers.get(given), False
        self.unscaled_kernel = self.add_weight(
            name="unscaled_kernel",
            shape=(width, self.output_dim),
            dtype="float32",
            initializer=kernel,
            trainable=False,
        )
        self.bias = self.add_weight(
            name="bias",
            shape=(self.output_dim,),
            dtype="float32",
            initializer=keras.initializers.RandomUniform(0.0, 2 * math.pi),
            trainable=False,
        )
        if self.scale is None:
            self.scale = math.sqrt(width / 2.0) if is_gaussian else 1.0
        self.kernel_scale = self.add_weight(
            name="kernel_scale",
            shape=(1,),
            dtype="float32",
            initializer=keras.initializers.Constant(self.scale),
            constraint="non_neg",
        )

    @staticmethod
    def _cauchy(shape, dtype=None):
        """Of which the laplacian kernel is made."""
        uniform = keras.random.uniform(shape, 0.0, 1.0, dtype=dtype)
        return ops.tan(math.pi * (uniform - 0.5))

    def call(self, inputs):
        kernel = (1.0 / self.kernel_scale) * self.unscaled_kernel
        return ops.cos(ops.matmul(ops.cast(inputs, "float32"), kernel) + self.bias)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.output_dim)

    def get_config(self):
        kernel = self.kernel_initializer
        if not isinstance(kernel, (str, dict)):
            kernel = keras.initializers.serialize(kernel)
        return {
            **super().get_config(),
            "output_dim": self.output_dim,
            "kernel_initializer": kernel,
            "scale": self.scale,
        }
