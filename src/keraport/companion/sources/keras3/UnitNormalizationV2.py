import keras
from keras import ops


class UnitNormalizationV2(keras.layers.UnitNormalization):
    """UnitNormalization over several axes at once, as Keras had it up to 2.15."""

    def call(self, inputs):
        total = ops.sum(ops.square(inputs), axis=self.axis, keepdims=True)
        return inputs * ops.rsqrt(ops.maximum(total, ops.cast(1e-12, inputs.dtype)))
