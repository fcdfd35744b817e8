from keras import ops


def addons_lisht(x):
    """x * tanh(x), as lisht of TensorFlow Addons."""
    x = ops.convert_to_tensor(x)
    return x * ops.tanh(x)
