def _swapped(tensor):
    """The tensor with its first two axes, batch and time, exchanged."""
    axes = list(range(tensor.shape.ndims))
    axes[:2] = [1, 0]
    return tf.transpose(tensor, axes)
