def addons_tanhshrink(x):
    """x - tanh(x), as tanhshrink of TensorFlow Addons."""
    return x - tf.tanh(x)
