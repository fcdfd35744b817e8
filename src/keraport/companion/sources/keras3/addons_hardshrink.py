from keras import ops


def addons_hardshrink(x):
    """x, and zero between -0.5 and 0.5, as hardshrink of TensorFlow Addons."""
    x = ops.convert_to_tensor(x)
    return x * ops.cast(ops.logical_or(x < -0.5, x > 0.5), x.dtype)
