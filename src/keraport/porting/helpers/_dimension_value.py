def _dimension_value(dimension):
    """tf.compat.dimension_value of TensorFlow 2."""
    return getattr(dimension, "value", dimension)
