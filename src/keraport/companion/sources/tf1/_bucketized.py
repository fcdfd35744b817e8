from tensorflow.python.ops import math_ops


def _bucketized(values, boundaries):
    """How many of the boundaries lie at or below each value."""
    return math_ops._bucketize(values, list(boundaries))
