from keras import ops


def addons_softshrink(x):
    """x moved by 0.5 towards zero, as softshrink of TensorFlow Addons."""
    x = ops.convert_to_tensor(x)
    zeros = ops.zeros_like(x)
    return ops.where(x < -0.5, x + 0.5, zeros) + ops.where(x > 0.5, x - 0.5, zeros)
