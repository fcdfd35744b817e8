import tensorflow as tf


def _no_count(shape, dtype=None):
    """An initializer: none of the integers that are counted was seen."""
    return tf.zeros(shape, dtype or tf.int64)
