def _matmul(left, right, transpose_b=False):
    """tf.matmul, which broadcasts."""
    return tf.matmul(left, right, transpose_b=transpose_b)
