def _tril(x, k=0):
    """keras.ops.tril."""
    if k >= 0:
        return tf.linalg.band_part(x, -1, k)
    return x - tf.linalg.band_part(x, -k - 1, -1)
