def _flat_places(tensor, indices):
    """Places in the flattened first dimensions that indices name, and the sizes of the rest."""
    depth = indices.shape[-1].value
    sizes = tf.shape(tensor, out_type=indices.dtype)
    strides = tf.cumprod(sizes[:depth], exclusive=True, reverse=True)
    places = tf.reshape(tf.reduce_sum(indices * strides, -1), [-1])
    return places, tf.reduce_prod(sizes[:depth]), sizes[depth:]
