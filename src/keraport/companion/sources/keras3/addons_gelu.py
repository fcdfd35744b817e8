from keras import ops


def addons_gelu(x, approximate=True):
    """x times the normal distribution function, as gelu of TensorFlow Addons computes it."""
    x = ops.convert_to_tensor(x)
    if approximate:
        slope = ops.cast(0.7978845608028654, x.dtype)
        return 0.5 * x * (1.0 + ops.tanh(slope * (x + 0.044715 * ops.power(x, 3))))
    return 0.5 * x * (1.0 + ops.erf(x / ops.cast(1.4142135623730951, x.dtype)))
