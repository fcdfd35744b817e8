def _fn_linalg_matmul(a, b, transpose_a=False, transpose_b=False):
    a, b = tf.convert_to_tensor(a), tf.convert_to_tensor(b)
    if transpose_a:
        a = tf.matrix_transpose(a)
    return _matmul(a, b, transpose_b=transpose_b)
