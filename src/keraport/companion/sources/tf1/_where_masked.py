def _where_masked(mask, new, old):
    """`new` where the mask, which has a last axis of 1, or fewer axes, is true; else `old`."""
    for _ in range(new.shape.ndims - mask.shape.ndims):
        mask = tf.expand_dims(mask, -1)
    mask = tf.logical_and(mask, tf.ones_like(new, dtype=tf.bool))
    return tf.where(mask, new, old)
