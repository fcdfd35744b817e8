def hard_swish(x):
    """x * min(max(x + 3, 0), 6) / 6, as Keras has it since 3.0."""
    return hard_silu(x)
