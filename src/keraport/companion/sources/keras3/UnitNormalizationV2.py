import keras
from keras import ops


class UnitNormalizationV2(keras.layers.UnitNormalization):
    """UnitNormalization as Keras had it up to 2.15: over several axes at once, not one by one."""

    def call(self, inputs):
        total = ops.sum(ops.square(inputs), axis=self.axis, keepdims=True)
        return inputs * ops.rsqrt(ops.maximum(total, ops.cast(1e-12, inputs.dtype)))
