"""Activations of one's own, registered and not, as Keras 3 runs them."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="acts")
def mish(x):
    """Registered under another name than its own."""
    return x * ops.tanh(ops.softplus(x))


def sine(x):
    """Found by its name."""
    return x + ops.square(ops.sin(x))
