from keras import ops


def squareplus(x):
    """Half of x and the root of its square and 4, as Keras 3.7 and later have it."""
    x = ops.convert_to_tensor(x)
    return (x + ops.sqrt(ops.square(x) + 4)) / 2
