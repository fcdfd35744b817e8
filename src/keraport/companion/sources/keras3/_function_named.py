import tensorflow as tf


def _function_named(name):
    """A function of TensorFlow that only computes, by its public name."""
    if name not in _functions:
        raise ValueError("tf.%s is none of the functions that this file may call" % name)
    found = tf
    for part in name.split("."):
        found = getattr(found, part)
    return found
