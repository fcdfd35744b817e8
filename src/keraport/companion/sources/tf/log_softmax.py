def log_softmax(x, axis=-1):
    """The logarithm of the softmax, as tf.keras has it by name since TensorFlow 2.6."""
    return tf.nn.log_softmax(x, axis)
