def _pad_with(x, pad_width, mode="constant", constant_values=0):
    """keras.ops.pad, by a pair for each axis."""
    return tf.pad(x, pad_width, mode.upper(), constant_values=constant_values)
