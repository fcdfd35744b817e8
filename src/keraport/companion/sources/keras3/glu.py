from keras import ops


def glu(x):
    """One half of the channels, gated by the other, as Keras 3.7 and later have it."""
    x = ops.convert_to_tensor(x)
    values, gates = ops.split(x, 2, axis=-1)
    return values * ops.sigmoid(gates)
