import numpy as np
import tensorflow as tf


def addons_gelu(x, approximate=True):
    """x times the normal distribution function, as gelu of TensorFlow Addons computes it."""
    if approximate:
        slope = tf.cast(np.sqrt(2 / np.pi), x.dtype)
        return 0.5 * x * (1.0 + tf.tanh(slope * (x + 0.044715 * tf.pow(x, 3))))
    return 0.5 * x * (1.0 + tf.math.erf(x / tf.cast(np.sqrt(2.0), x.dtype)))
