from tensorflow.python.util import nest


def _tensors(values):
    """A flat list of tensors; lists of numbers, as a file holds them, become one tensor each."""
    tensors = []
    for value in values:
        flat = nest.flatten(value)
        if all(isinstance(item, tf.Tensor) for item in flat):
            tensors += flat
        else:
            tensors.append(tf.convert_to_tensor(value))
    return tensors
