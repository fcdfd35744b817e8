import keras


def swish(x):
    """x * sigmoid(x), as TensorFlow 2.2 and later compute it."""
    return x * keras.backend.sigmoid(x)
