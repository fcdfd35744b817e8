import tensorflow as tf


def addons_mish(x):
    """x * tanh(softplus(x)), as mish of TensorFlow Addons."""
    return x * tf.tanh(tf.nn.softplus(x))
