from keras import ops


def sparsemax(x):
    """The point of the simplex next to x, along the last axis, as Keras 3.8 and later have it."""
    x = ops.convert_to_tensor(x)
    ordered = ops.flip(ops.sort(x, axis=-1), axis=-1)
    summed = ops.cumsum(ordered, axis=-1)
    places = ops.arange(1, x.shape[-1] + 1, dtype=x.dtype)
    support = ordered - (summed - 1) / places > 0
    kept = ops.where(support, summed, ops.zeros_like(summed))
    count = ops.sum(ops.cast(support, x.dtype), axis=-1, keepdims=True)
    threshold = (ops.sum(kept, axis=-1, keepdims=True) - 1) / count
    return ops.maximum(x - threshold, 0)
