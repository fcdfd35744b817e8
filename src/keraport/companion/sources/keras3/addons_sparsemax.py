from keras import ops


def addons_sparsemax(x, axis=-1):
    """The point of the simplex next to x, as sparsemax of TensorFlow Addons."""
    x = ops.convert_to_tensor(x)
    moved = ops.swapaxes(x, axis, -1)
    size = moved.shape[-1]
    ordered = ops.flip(ops.sort(moved, axis=-1), axis=-1)
    summed = ops.cumsum(ordered, axis=-1)
    counted = ops.arange(1, size + 1, dtype=x.dtype)
    held = ops.cast(1 + counted * ordered > summed, x.dtype)
    count = ops.sum(held, axis=-1, keepdims=True)
    threshold = (ops.sum(held * ordered, axis=-1, keepdims=True) - 1) / count
    return ops.swapaxes(ops.maximum(moved - threshold, 0), axis, -1)
