def hard_silu(x):
    """x * min(max(x + 3, 0), 6) / 6, as Keras has it since 3.0."""
    return x * hard_sigmoid6(x)
