def _placeholder(dtype, shape):
    """A tensor to be fed, in the graph that is being built."""
    return tf.placeholder(dtype, shape)
