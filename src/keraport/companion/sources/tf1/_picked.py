def _picked(tensor, dimensions, places):
    """Elements of the tensor, its last dimensions taken for one, in the shape of `places`."""
    sizes = tf.concat([tf.shape(tensor)[: tensor.shape.ndims - dimensions], [-1]], 0)
    found = tf.gather(tf.reshape(tensor, sizes), places, axis=-1)
    before = tensor.shape[: tensor.shape.ndims - dimensions]
    found.set_shape(before.concatenate(places.shape))
    return found
