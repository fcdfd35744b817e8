def silu(x):
    """x * sigmoid(x), which releases up to 2.5 call swish, if they have it."""
    return x * tf.sigmoid(x)
