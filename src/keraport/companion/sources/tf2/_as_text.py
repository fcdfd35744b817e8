def _as_text(numbers):
    """Numbers as words."""
    return tf.strings.as_string(numbers)
