from keras import ops


def hard_sigmoidV2(x):
    """hard_sigmoid as Keras had it up to 2.15: x / 5 + 0.5, between 0 and 1."""
    x = ops.convert_to_tensor(x)
    return ops.clip(x * ops.cast(0.2, x.dtype) + ops.cast(0.5, x.dtype), 0.0, 1.0)
