def _fn_repeat(input, repeats, axis=None):
    if axis is None:
        input, axis = tf.reshape(input, [-1]), 0
    axis %= input.shape.ndims
    known = input.shape.as_list()
    if isinstance(repeats, (list, tuple)) and len(repeats) == 1:
        repeats = repeats[0]
    if isinstance(repeats, (list, tuple)):
        places = [place for place, times in enumerate(repeats) for _ in range(times)]
        known[axis] = len(places)
    else:
        places = tf.range(tf.shape(input)[axis] * repeats) // repeats
        known[axis] = None if known[axis] is None else known[axis] * repeats
    outputs = tf.gather(input, places, axis=axis)
    outputs.set_shape(known)
    return outputs
