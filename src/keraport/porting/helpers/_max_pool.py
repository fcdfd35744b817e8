def _max_pool(inputs, pool_size, strides=None, padding="valid"):
    """keras.ops.max_pool, with channels last."""
    sizes, steps = _by_axis(inputs, pool_size), _by_axis(inputs, strides or pool_size)
    return tf.nn.pool(inputs, sizes, "MAX", strides=steps, padding=padding.upper())
