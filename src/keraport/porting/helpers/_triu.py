def _triu(x, k=0):
    """keras.ops.triu."""
    if k <= 0:
        return tf.linalg.band_part(x, -k, -1)
    return x - tf.linalg.band_part(x, -1, k - 1)
