def _sparse_tokens(dense):
    """A dense tensor as a sparse one; empty words, -1 and 0.0 mean that nothing is there."""
    missing = "" if dense.dtype == tf.string else -1 if dense.dtype.is_integer else 0.0
    places = tf.where(tf.not_equal(dense, tf.constant(missing, dense.dtype)))
    shape = tf.shape(dense, out_type=tf.int64)
    return tf.SparseTensor(places, tf.gather_nd(dense, places), shape)
