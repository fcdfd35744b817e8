def addons_sparsemax(x, axis=-1):
    """The point of the simplex next to x, as sparsemax of TensorFlow Addons."""
    rank = x.shape.ndims
    places = list(range(rank))
    last = axis % rank
    places[last], places[-1] = places[-1], places[last]
    moved = tf.transpose(x, places)
    sizes = tf.shape(moved)
    z = tf.reshape(moved, tf.stack([-1, sizes[-1]]))
    ordered, _ = tf.nn.top_k(z, k=sizes[-1])
    summed = tf.cumsum(ordered, axis=-1)
    counted = tf.range(1, tf.cast(sizes[-1], x.dtype) + 1, dtype=x.dtype)
    support = tf.reduce_sum(tf.cast(1 + counted * ordered > summed, tf.int32), axis=-1)
    rows = tf.range(0, tf.shape(z)[0])
    places_of_last = tf.stack([rows, tf.maximum(support, 1) - 1], axis=1)
    threshold = (tf.gather_nd(summed, places_of_last) - 1) / tf.cast(support, x.dtype)
    found = tf.maximum(tf.cast(0, x.dtype), z - tf.expand_dims(threshold, -1))
    invalid = tf.logical_or(tf.equal(support, 0), tf.not_equal(summed[:, -1], summed[:, -1]))
    blank = tf.fill(tf.shape(z), tf.cast(float("nan"), x.dtype))
    found = _where_true(tf.tile(invalid[:, tf.newaxis], tf.stack([1, sizes[-1]])), blank, found)
    outputs = tf.transpose(tf.reshape(found, sizes), places)
    outputs.set_shape(x.shape)
    return outputs
