import tensorflow as tf


def _channels_last(tensor, rank):
    """Images of `rank` dimensions with their channels behind these; any batch dimensions."""
    last = tensor.shape.ndims - 1
    images = list(range(last - rank + 1, last + 1))
    return tf.transpose(tensor, list(range(last - rank)) + images + [last - rank])
