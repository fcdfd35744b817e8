def leaky_relu(x):
    """x, or a fifth of it below 0, as tf.keras has it since TensorFlow 2.5."""
    return tf.nn.leaky_relu(x, 0.2)
