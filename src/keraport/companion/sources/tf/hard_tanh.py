def hard_tanh(x):
    """x between -1 and 1, as Keras 3 has it."""
    return tf.clip_by_value(x, -1.0, 1.0)
