def _window(value, rank):
    """A window or its steps for batches with channels last, from one number, a few, or all."""
    value = [value] if isinstance(value, int) else list(value)
    value = value * rank if len(value) == 1 else value
    return value if len(value) == rank + 2 else [1] + value + [1]
