def _flip(x, axis=None):
    """keras.ops.flip: of all axes, unless some are given."""
    if axis is None:
        axis = list(range(len(x.shape)))
    return tf.reverse(x, list(axis) if isinstance(axis, (list, tuple)) else [axis])
