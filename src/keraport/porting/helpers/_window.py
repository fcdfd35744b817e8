def _window(value, rank):
    """A size for each dimension of channels-last data, of one or more as TensorFlow 2 takes."""
    values = [value] if isinstance(value, int) else list(value)
    values = values * rank if len(values) == 1 else values
    return values if len(values) == rank + 2 else [1] + values + [1]
