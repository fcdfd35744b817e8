def _placeholder(dtype, shape):
    """A tensor to be fed, in the graph that is being built."""
    return tf.compat.v1.placeholder(dtype, shape)
