def _size(tensor, axis):
    """The size of a dimension: a number if it is known, else a tensor."""
    known = tensor.shape[axis].value
    return tf.shape(tensor)[axis] if known is None else known
