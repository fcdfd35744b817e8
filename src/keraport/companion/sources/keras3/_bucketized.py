import tensorflow as tf


def _bucketized(values, boundaries):
    """How many of the boundaries lie at or below each value."""
    return tf.raw_ops.Bucketize(input=values, boundaries=list(boundaries))
