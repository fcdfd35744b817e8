def _norm_of(x, axis=None, keepdims=False):
    """keras.ops.norm without an order: the root of the sum of squares."""
    return tf.sqrt(tf.reduce_sum(tf.square(x), axis=axis, keepdims=keepdims))
