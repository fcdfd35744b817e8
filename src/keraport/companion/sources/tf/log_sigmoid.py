def log_sigmoid(x):
    """The logarithm of the sigmoid, as Keras has it since 3.0."""
    return tf.math.log_sigmoid(x)
