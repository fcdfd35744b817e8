def _fn_linalg_matvec(a, b):
    return tf.squeeze(_matmul(a, tf.expand_dims(b, -1)), axis=-1)
