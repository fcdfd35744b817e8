from keras import ops


def soft_shrink(x):
    """x, nearer to 0 by 0.5, as Keras 3.7 and later have it."""
    x = ops.convert_to_tensor(x)
    low = ops.where(x < -0.5, x + 0.5, ops.zeros_like(x))
    return ops.where(x > 0.5, x - 0.5, low)
