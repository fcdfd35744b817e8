def squareplus(x):
    """Half of x and the root of its square and 4, as Keras 3 has it."""
    return (x + tf.sqrt(tf.square(x) + 4)) / 2
