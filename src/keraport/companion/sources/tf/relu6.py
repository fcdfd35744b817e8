def relu6(x):
    """min(max(x, 0), 6), as tf.keras has it by name since TensorFlow 2.6."""
    return tf.nn.relu6(x)
