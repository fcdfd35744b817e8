def _one_batch(tensor, rank):
    """All batch dimensions as one; `rank` dimensions remain behind it."""
    extra = tensor.shape.ndims - rank - 1
    if not extra:
        return tensor
    flat = tf.reshape(tensor, tf.concat([[-1], tf.shape(tensor)[extra + 1 :]], 0))
    flat.set_shape([None] + tensor.shape.as_list()[extra + 1 :])
    return flat
