def _linspace_of(start, stop, num=50):
    """keras.ops.linspace, whose bounds may be integers."""
    return tf.linspace(tf.cast(start, tf.float32), tf.cast(stop, tf.float32), num)
