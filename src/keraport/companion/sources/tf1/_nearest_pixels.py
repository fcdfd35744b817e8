def _nearest_pixels(size, wanted):
    """For each of the `wanted` pixels along an axis, the index of the nearest of `size` pixels."""
    scale = tf.cast(size, tf.float32) / tf.cast(wanted, tf.float32)
    centres = (tf.cast(tf.range(wanted), tf.float32) + 0.5) * scale
    return tf.minimum(tf.cast(tf.floor(centres), tf.int32), size - 1)
