def _folded(places, size, fill_mode):
    """Places along an axis, those outside of [0, size) folded back into it.

    As in TensorFlow 2.3, a place between the last pixel and its image stays between them.
    """
    size = tf.cast(size, tf.float32)
    if fill_mode == "constant":
        return places
    if fill_mode == "wrap":
        return places - size * tf.floor(places / size)
    # (d c b a | a b c d | d c b a)
    folded = places - 2.0 * size * tf.floor(places / (2.0 * size))
    return tf.where(folded > size - 1.0, 2.0 * size - folded - 1.0, folded)
