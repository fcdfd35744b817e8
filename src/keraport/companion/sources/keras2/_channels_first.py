import tensorflow as tf


def _channels_first(tensor, rank):
    """Images of `rank` dimensions with their channels before these; any batch dimensions."""
    last = tensor.shape.ndims - 1
    images = list(range(last - rank, last))
    return tf.transpose(tensor, list(range(last - rank)) + [last] + images)
