def _matvec(a, b, transpose_a=False):
    """tf.linalg.matvec of TensorFlow 2."""
    return tf.squeeze(_matmul_v2(a, tf.expand_dims(b, -1), transpose_a), -1)
