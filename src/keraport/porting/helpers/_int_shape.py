def _int_shape(x):
    """The sizes of a tensor, None for those that are unknown."""
    return tuple(x.shape)
