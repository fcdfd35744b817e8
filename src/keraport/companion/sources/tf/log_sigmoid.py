def log_sigmoid(x):
    """The logarithm of the sigmoid, as Keras 3 has it."""
    return tf.math.log_sigmoid(x)
