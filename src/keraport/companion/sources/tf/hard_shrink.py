def hard_shrink(x):
    """0 between -0.5 and 0.5, and x elsewhere, as Keras 3 has it."""
    return _where_true(tf.abs(x) > 0.5, x, tf.zeros_like(x))
