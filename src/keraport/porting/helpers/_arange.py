def _arange(start, stop=None, step=1, dtype=None):
    """keras.ops.arange: the only bound is the last one."""
    if stop is None:
        start, stop = 0, start
    if dtype is None:
        return tf.range(start, stop, step)
    return tf.range(start, stop, step, dtype=dtype)
