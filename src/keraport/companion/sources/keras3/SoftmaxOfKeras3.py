import keras
from keras import ops


class SoftmaxOfKeras3(keras.layers.Softmax):
    """Softmax that gives 0 where a mask hides what it is given, as Keras 3.9 and later have it.

    Called with two tensors, it takes the second for the mask.
    """

    def call(self, inputs, mask=None):
        if isinstance(inputs, (list, tuple)):
            inputs, mask = inputs
        if mask is None:
            return super().call(inputs)
        if keras.backend.standardize_dtype(mask.dtype) != "bool":
            mask = mask > 0.5
        half = keras.backend.standardize_dtype(inputs.dtype) == "float16"
        lowest = ops.cast(-3e4 if half else -1e9, inputs.dtype)
        outputs = super().call(ops.where(mask, inputs, lowest))
        return ops.where(mask, outputs, ops.zeros_like(outputs))

    def compute_output_shape(self, input_shape):
        several = isinstance(input_shape[0], (list, tuple))
        return tuple(input_shape[0] if several else input_shape)
