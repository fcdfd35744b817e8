def addons_snake(x, frequency=1):
    """x + (1 - cos(2 f x)) / (2 f), as snake of TensorFlow Addons."""
    frequency = tf.cast(frequency, x.dtype)
    return x + (1 - tf.cos(2 * frequency * x)) / (2 * frequency)
