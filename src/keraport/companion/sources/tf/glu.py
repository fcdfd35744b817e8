def glu(x):
    """One half of the channels, gated by the other, as Keras 3 has it."""
    values, gates = tf.split(x, 2, axis=-1)
    return values * tf.sigmoid(gates)
