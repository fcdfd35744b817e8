def soft_shrink(x):
    """x, nearer to 0 by 0.5, as Keras 3 has it."""
    low = _where_true(x < -0.5, x + 0.5, tf.zeros_like(x))
    return _where_true(x > 0.5, x - 0.5, low)
