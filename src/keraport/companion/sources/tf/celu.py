def celu(x):
    """ELU that is smooth for every scale, as Keras 3 has it."""
    return tf.maximum(x, tf.zeros_like(x)) + tf.math.expm1(tf.minimum(x, tf.zeros_like(x)))
