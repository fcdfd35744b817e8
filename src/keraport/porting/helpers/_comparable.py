def _comparable(value):
    """Shapes and their sizes as TensorFlow 2 has them."""
    if isinstance(value, tf.Dimension):
        return value.value
    return _TensorShape(value) if isinstance(value, tf.TensorShape) else value
