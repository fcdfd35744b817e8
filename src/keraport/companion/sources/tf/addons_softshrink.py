def addons_softshrink(x):
    """x moved by 0.5 towards zero, as softshrink of TensorFlow Addons."""
    zeros = tf.zeros_like(x)
    below = _where_true(x < -0.5, x + 0.5, zeros)
    return below + _where_true(0.5 < x, x - 0.5, zeros)
