def sparsemax(x, axis=-1):
    """The nearest point to x whose values are positive and sum to 1, as Keras has it since 3.8."""
    last = len(x.shape) - 1
    order = list(range(last + 1))
    order[axis], order[last] = order[last], order[axis]
    logits = tf.transpose(x, order)
    size = tf.shape(logits)[-1]
    ordered = tf.nn.top_k(logits, size)[0]
    summed = tf.cumsum(ordered, axis=-1)
    places = tf.cast(tf.range(1, size + 1), x.dtype)
    kept = ordered - (summed - 1) / places > 0
    count = tf.reduce_sum(tf.cast(kept, x.dtype), axis=-1, keepdims=True)
    total = tf.reduce_sum(tf.where(kept, ordered, tf.zeros_like(ordered)), axis=-1, keepdims=True)
    return tf.transpose(tf.maximum(logits - (total - 1) / count, 0.0), order)
