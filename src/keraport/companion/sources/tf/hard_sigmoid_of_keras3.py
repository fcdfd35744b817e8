def hard_sigmoid_of_keras3(x):
    """hard_sigmoid as Keras 3 has it: x / 6 + 0.5, between 0 and 1."""
    return tf.nn.relu6(x + tf.constant(3.0, x.dtype)) / tf.constant(6.0, x.dtype)
