def _by_axis(x, value):
    """A number for each axis between the batch and the channels."""
    return list(value) if isinstance(value, (list, tuple)) else [value] * (len(x.shape) - 2)
