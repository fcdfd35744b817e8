def _bounds(factor):
    """Lower and upper bound: a pair, or one number for both sides of 0."""
    if isinstance(factor, (tuple, list)):
        return factor[0], factor[1]
    return -factor, factor
