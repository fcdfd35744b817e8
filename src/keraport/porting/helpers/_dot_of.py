def _dot_of(x1, x2):
    """keras.ops.dot: over the last axis of one and the last but one of the other."""
    x1, x2 = tf.convert_to_tensor(x1), tf.convert_to_tensor(x2)
    if len(x1.shape) == 0 or len(x2.shape) == 0:
        return x1 * x2
    return tf.tensordot(x1, x2, [[len(x1.shape) - 1], [max(len(x2.shape) - 2, 0)]])
