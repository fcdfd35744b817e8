def _matmul_v2(a, b, transpose_a=False, transpose_b=False, name=None):
    """tf.matmul that broadcasts the dimensions before the last two, as TensorFlow 2 does."""
    with tf.name_scope(name, "matmul"):
        a, b = tf.convert_to_tensor(a), tf.convert_to_tensor(b)
        a = tf.matrix_transpose(a) if transpose_a else a
        return _matmul(a, b, transpose_b)
