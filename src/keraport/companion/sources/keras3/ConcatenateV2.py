import keras
from keras import ops


class ConcatenateV2(keras.layers.Concatenate):
    """Concatenate of masked tensors, as Keras had it up to 2.15.

    A step is masked where any of the tensors is; behind each other they keep their own masks.
    """

    def compute_mask(self, inputs, mask=None):
        if mask is None:
            # Keras 3.0 to 3.3 look for the mask of a list.
            mask = [getattr(item, "_keras_mask", None) for item in inputs]
        if all(item is None for item in mask):
            return None
        if self.axis in (1, 1 - len(inputs[0].shape)):
            filled = [
                ops.ones_like(x[..., 0], dtype="bool") if item is None else item
                for x, item in zip(inputs, mask)
            ]
            return ops.hstack(filled)
        merged = None
        for item in mask:
            if item is not None:
                merged = item if merged is None else ops.logical_and(merged, item)
        return merged
