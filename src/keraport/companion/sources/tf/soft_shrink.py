def soft_shrink(x, threshold=0.5):
    """x nearer to 0 by threshold, and 0 where that crosses it, as Keras has it since 3.6."""
    below = tf.where(x < -threshold, x + threshold, tf.zeros_like(x))
    return tf.where(x > threshold, x - threshold, below)
