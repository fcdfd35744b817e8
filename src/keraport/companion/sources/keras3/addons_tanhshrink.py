from keras import ops


def addons_tanhshrink(x):
    """x - tanh(x), as tanhshrink of TensorFlow Addons."""
    x = ops.convert_to_tensor(x)
    return x - ops.tanh(x)
