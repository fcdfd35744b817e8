from keras import ops


def addons_mish(x):
    """x * tanh(softplus(x)), as mish of TensorFlow Addons."""
    x = ops.convert_to_tensor(x)
    return x * ops.tanh(ops.softplus(x))
