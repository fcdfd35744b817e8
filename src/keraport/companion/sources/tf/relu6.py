def relu6(x):
    """x between 0 and 6, as tf.keras has it since TensorFlow 2.5."""
    return tf.nn.relu6(x)
