def hard_shrink(x, threshold=0.5):
    """x, and 0 between -threshold and threshold, as Keras has it since 3.6."""
    return tf.where(tf.abs(x) > threshold, x, tf.zeros_like(x))
