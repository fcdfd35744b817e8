from keras import ops


def hard_tanh(x):
    """x between -1 and 1, as Keras 3.7 and later have it."""
    x = ops.convert_to_tensor(x)
    return ops.clip(x, -1.0, 1.0)
