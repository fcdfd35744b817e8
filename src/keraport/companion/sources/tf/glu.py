def glu(x, axis=-1):
    """One half of the channels times the sigmoid of the other, as Keras has it since 3.6."""
    kept, gate = tf.split(x, num_or_size_splits=2, axis=axis)
    return kept * tf.sigmoid(gate)
