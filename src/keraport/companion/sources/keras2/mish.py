import tensorflow as tf


def mish(x):
    """x * tanh(softplus(x)), as tf.keras has it since TensorFlow 2.13."""
    return x * tf.tanh(tf.nn.softplus(x))
