def _fn_repeat(input, repeats, axis=None):
    if axis is None:
        input, axis = tf.reshape(input, [-1]), 0
    axis %= input.shape.ndims
    places = tf.range(tf.shape(input)[axis] * repeats) // repeats
    outputs = tf.gather(input, places, axis=axis)
    known = input.shape.as_list()
    known[axis] = None if known[axis] is None else known[axis] * repeats
    outputs.set_shape(known)
    return outputs
