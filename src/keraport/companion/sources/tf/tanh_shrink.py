def tanh_shrink(x):
    """x less its hyperbolic tangent, as Keras 3 has it."""
    return x - tf.tanh(x)
