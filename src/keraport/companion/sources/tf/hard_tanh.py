def hard_tanh(x):
    """x, between -1 and 1, as Keras has it since 3.6."""
    return tf.clip_by_value(x, -1.0, 1.0)
