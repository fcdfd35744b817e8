def addons_lisht(x):
    """x * tanh(x), as lisht of TensorFlow Addons."""
    return x * tf.tanh(x)
