def _one_hot_of(x, num_classes, axis=-1, dtype=None):
    """keras.ops.one_hot, of indices of any dtype."""
    dtype = tf.as_dtype(dtype or tf.keras.backend.floatx())
    return tf.one_hot(tf.cast(x, tf.int64), num_classes, axis=axis, dtype=dtype)
