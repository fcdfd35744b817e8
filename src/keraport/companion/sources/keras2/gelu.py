import tensorflow as tf


def gelu(x):
    """x times how likely a normal variable is below x, as tf.keras has it since TensorFlow 2.4."""
    return 0.5 * x * (1.0 + tf.math.erf(x / tf.cast(1.4142135623730951, x.dtype)))
