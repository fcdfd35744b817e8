import keras
from keras import ops


class MinimumV2(_MergesMasks, keras.layers.Minimum):
    """Minimum of masked tensors, as Keras had it up to 2.15.

    Keras 3.4 and later leave masked steps out.
    """

    def _merge_function(self, inputs):
        found = inputs[0]
        for item in inputs[1:]:
            found = ops.minimum(found, item)
        return found
