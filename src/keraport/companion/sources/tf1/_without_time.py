def _without_time(tensor):
    """All steps of all samples as one batch."""
    sizes = tensor.shape.as_list()
    flat = tf.reshape(tensor, tf.concat([[-1], tf.shape(tensor)[2:]], 0))
    count = None if None in sizes[:2] else sizes[0] * sizes[1]
    flat.set_shape([count] + sizes[2:])
    return flat
