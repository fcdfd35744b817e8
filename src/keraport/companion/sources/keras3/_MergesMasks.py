from keras import ops


class _MergesMasks(object):
    """What is merged is masked where any input is, as Keras had it up to 2.15.

    Keras 3 masks what all inputs mask, and nothing if one of them has no mask.
    """

    def compute_mask(self, inputs, mask=None):
        if mask is None:
            # Keras 3.0 to 3.3 look for the mask of a list.
            mask = [getattr(item, "_keras_mask", None) for item in inputs]
        merged = None
        for item in mask:
            if item is not None:
                merged = item if merged is None else ops.logical_and(merged, item)
        return merged
