def leaky_relu(x, negative_slope=0.2):
    """x, and x / 5 below 0, as tf.keras has it by name since TensorFlow 2.6."""
    return tf.nn.leaky_relu(x, negative_slope)
