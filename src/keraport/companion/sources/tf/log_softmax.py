def log_softmax(x):
    """The logarithm of softmax along the last axis, as tf.keras has it since TensorFlow 2.5."""
    return tf.nn.log_softmax(x)
