def _repeat(input, repeats, axis=None):
    """tf.repeat of TensorFlow 2, for one number of repeats."""
    if not isinstance(repeats, int):
        raise ValueError("repeats has to be one number, and is %r" % (repeats,))
    input = tf.convert_to_tensor(input)
    if axis is None:
        input, axis = tf.reshape(input, [-1]), 0
    rank = input.shape.ndims
    axis = axis + rank if axis < 0 else axis
    places = tf.range(tf.shape(input)[axis] * repeats) // repeats
    outputs = tf.gather(input, places, axis=axis)
    known = input.shape.as_list()
    known[axis] = None if known[axis] is None else known[axis] * repeats
    outputs.set_shape(known)
    return outputs
