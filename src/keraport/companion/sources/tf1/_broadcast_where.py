def _broadcast_where(condition, yes, no):
    """tf.where that broadcasts all three, as TensorFlow 2 does."""
    tensors = [condition, yes, no]
    known = tf.broadcast_static_shape(condition.shape, yes.shape)
    known = tf.broadcast_static_shape(known, no.shape)
    if not all(item.shape == known and known.is_fully_defined() for item in tensors):
        sizes = [tf.shape(item) for item in tensors]
        common = tf.broadcast_dynamic_shape(tf.broadcast_dynamic_shape(*sizes[:2]), sizes[2])
        tensors = [tf.broadcast_to(item, common) for item in tensors]
    outputs = tf.where(*tensors)
    outputs.set_shape(known)
    return outputs
