from keras import ops


def tanh_shrink(x):
    """x less its hyperbolic tangent, as Keras 3.7 and later have it."""
    x = ops.convert_to_tensor(x)
    return x - ops.tanh(x)
