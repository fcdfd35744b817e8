from keras import ops


def celu(x):
    """ELU that is smooth for every scale, as Keras 3.7 and later have it."""
    x = ops.convert_to_tensor(x)
    return ops.maximum(x, 0) + ops.expm1(ops.minimum(x, 0))
