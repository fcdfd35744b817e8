def addons_hardshrink(x):
    """x, and zero between -0.5 and 0.5, as hardshrink of TensorFlow Addons."""
    return x * tf.cast(tf.logical_or(x < -0.5, 0.5 < x), x.dtype)
