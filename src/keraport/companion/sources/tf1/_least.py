def _least(one, other):
    """The smaller of two sizes: a number where both are, else a tensor."""
    both_known = isinstance(one, int) and isinstance(other, int)
    return min(one, other) if both_known else tf.minimum(one, other)
