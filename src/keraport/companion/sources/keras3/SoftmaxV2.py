import keras
from keras import ops


class SoftmaxV2(keras.layers.Softmax):
    """Softmax as Keras had it up to 2.15: where everything is masked, it is as if nothing was."""

    def call(self, inputs, mask=None):
        if mask is not None:
            lowest = (
                -32752.0 if keras.backend.standardize_dtype(inputs.dtype) == "float16" else -1e9
            )
            kept = ops.cast(mask, inputs.dtype)
            inputs = inputs + (1.0 - kept) * ops.cast(lowest, inputs.dtype)
        return super().call(inputs)
