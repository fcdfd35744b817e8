def _as_text(numbers):
    """Numbers as words."""
    return tf.as_string(numbers)
