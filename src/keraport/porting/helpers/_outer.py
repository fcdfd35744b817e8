def _outer(x1, x2):
    """keras.ops.outer: all products of two flat tensors."""
    return tf.reshape(x1, [-1, 1]) * tf.reshape(x2, [1, -1])
