def _sqrt_of_positive(x):
    """The square root; 0 for negative numbers, as in keras.backend."""
    return keras.ops.sqrt(keras.ops.maximum(x, 0.0))
