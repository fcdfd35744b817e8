def sparse_sigmoid(x):
    """Half of x + 1, between 0 and 1, as Keras 3 has it."""
    middle = _where_true(x >= 1, tf.ones_like(x), 0.5 * (x + 1))
    return _where_true(x <= -1, tf.zeros_like(x), middle)
