def _op_GatherV2(inputs, attributes):
    """With batch_dims: the rows of all samples are counted through."""
    params, indices, axis = inputs
    rank, batch = params.shape.ndims, attributes["batch_dims"]
    axis = int(_constant(axis)) % rank
    batch += indices.shape.ndims if batch < 0 else 0
    order = list(range(batch)) + [axis] + [i for i in range(batch, rank) if i != axis]
    moved = tf.transpose(params, order)
    sizes, picked = tf.shape(moved), tf.shape(indices)
    rows, samples = sizes[batch], tf.reduce_prod(sizes[:batch])
    flat = tf.reshape(moved, tf.concat([[samples * rows], sizes[batch + 1 :]], 0))
    offsets = tf.cast(tf.expand_dims(tf.range(samples) * rows, 1), indices.dtype)
    places = tf.reshape(indices, tf.stack([samples, -1])) + offsets
    found = tf.gather(flat, tf.reshape(places, [-1]))
    found = tf.reshape(found, tf.concat([picked, sizes[batch + 1 :]], 0))
    # Between the batch and what was picked stand the dimensions of params before the axis.
    new, before = indices.shape.ndims - batch, axis - batch
    first = list(range(batch))
    middle = list(range(batch + new, batch + new + before))
    last = list(range(batch + new + before, batch + new + rank - batch - 1))
    found = tf.transpose(found, first + middle + list(range(batch, batch + new)) + last)
    shape = params.shape.as_list()
    made = indices.shape.as_list()
    found.set_shape(shape[:axis] + made[batch:] + shape[axis + 1 :])
    return found


_op_GatherV2.inputs = ["Tparams", "Tindices", "Taxis"]
