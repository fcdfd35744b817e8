def _differs(a, b):
    """a != b of TensorFlow 2, where tensors and variables are compared by their values."""
    a, b = _comparable(a), _comparable(b)
    if isinstance(a, (tf.Tensor, tf.Variable)):
        return b is None or tf.not_equal(a, b)
    if isinstance(b, (tf.Tensor, tf.Variable)):
        return a is None or tf.not_equal(b, a)
    return a != b
