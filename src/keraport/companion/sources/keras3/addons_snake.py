from keras import ops


def addons_snake(x, frequency=1):
    """x + (1 - cos(2 f x)) / (2 f), as snake of TensorFlow Addons."""
    x = ops.convert_to_tensor(x)
    frequency = ops.cast(frequency, x.dtype)
    return x + (1 - ops.cos(2 * frequency * x)) / (2 * frequency)
