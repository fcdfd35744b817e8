def _range_v2(start, limit=None, delta=1, dtype=None):
    """tf.range of TensorFlow 2, which casts what it is given."""
    if limit is None:
        start, limit = 0, start
    return tf.range(*[tf.cast(number, dtype) for number in (start, limit, delta)])
