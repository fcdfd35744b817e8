from keras import ops


def log_sigmoid(x):
    """The logarithm of the sigmoid, as Keras 3.7 and later have it."""
    x = ops.convert_to_tensor(x)
    return ops.log_sigmoid(x)
