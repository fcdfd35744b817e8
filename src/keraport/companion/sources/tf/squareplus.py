def squareplus(x, b=4):
    """(x + sqrt(x^2 + b)) / 2, as Keras has it since 3.7."""
    return (x + tf.sqrt(tf.square(x) + b)) / 2
