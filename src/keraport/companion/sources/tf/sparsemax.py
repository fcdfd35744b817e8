def sparsemax(x):
    """The point of the simplex next to x, along the last axis, as Keras 3 has it."""
    size = tf.shape(x)[-1]
    ordered, _ = tf.nn.top_k(x, k=size)
    summed = tf.cumsum(ordered, axis=-1)
    places = tf.cast(tf.range(1, size + 1), x.dtype)
    support = ordered - (summed - 1) / places > 0
    kept = _where_true(support, summed, tf.zeros_like(summed))
    count = tf.reduce_sum(tf.cast(support, x.dtype), axis=-1, keepdims=True)
    threshold = (tf.reduce_sum(kept, axis=-1, keepdims=True) - 1) / count
    return tf.maximum(x - threshold, tf.zeros_like(x))
