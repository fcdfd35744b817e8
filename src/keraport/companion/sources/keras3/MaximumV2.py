import keras
from keras import ops


class MaximumV2(_MergesMasks, keras.layers.Maximum):
    """Maximum of masked tensors, as Keras had it up to 2.15.

    Keras 3.4 and later leave masked steps out.
    """

    def _merge_function(self, inputs):
        found = inputs[0]
        for item in inputs[1:]:
            found = ops.maximum(found, item)
        return found
