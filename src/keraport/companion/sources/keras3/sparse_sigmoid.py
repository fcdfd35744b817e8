from keras import ops


def sparse_sigmoid(x):
    """Half of x + 1, between 0 and 1, as Keras 3.10 and later have it."""
    x = ops.convert_to_tensor(x)
    return ops.clip(0.5 * (x + 1), 0.0, 1.0)
