from keras import ops


def hard_shrink(x):
    """0 between -0.5 and 0.5, and x elsewhere, as Keras 3.7 and later have it."""
    x = ops.convert_to_tensor(x)
    return ops.where(ops.abs(x) > 0.5, x, ops.zeros_like(x))
