def _backend_tile(x, n):
    """tf.keras.backend.tile of TensorFlow 2."""
    return tf.tile(x, [n] if isinstance(n, int) else n)
