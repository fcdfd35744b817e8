def _where_v2(condition, x=None, y=None):
    """tf.where that broadcasts all three, as TensorFlow 2 does."""
    if x is None and y is None:
        return tf.where(condition)
    if isinstance(x, (int, float, bool)) and not isinstance(y, (int, float, bool)):
        y = tf.convert_to_tensor(y)
        x = tf.convert_to_tensor(x, dtype=y.dtype)
    x = tf.convert_to_tensor(x)
    y = tf.convert_to_tensor(y, dtype=x.dtype if isinstance(y, (int, float)) else None)
    return _broadcast_where(tf.convert_to_tensor(condition), x, y)
