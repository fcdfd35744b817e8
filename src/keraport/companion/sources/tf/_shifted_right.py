def _shifted_right(values, bits):
    """int64 shifted to the right as unsigned numbers are: with zeros."""
    shifted = tf.bitwise.right_shift(values, tf.constant(bits, tf.int64))
    return tf.bitwise.bitwise_and(shifted, tf.constant(2 ** (64 - bits) - 1, tf.int64))
