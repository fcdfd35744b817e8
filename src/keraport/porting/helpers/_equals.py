def _equals(a, b):
    """a == b of TensorFlow 2, where tensors and variables are compared by their values."""
    a, b = _comparable(a), _comparable(b)
    if isinstance(a, (tf.Tensor, tf.Variable)):
        return b is not None and tf.equal(a, b)
    if isinstance(b, (tf.Tensor, tf.Variable)):
        return a is not None and tf.equal(b, a)
    return a == b
