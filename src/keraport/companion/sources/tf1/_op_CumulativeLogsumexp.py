def _op_CumulativeLogsumexp(inputs, attributes):
    """Every element sees those up to itself: a triangle of elements, summed."""
    values, axis = inputs
    rank = values.shape.ndims
    axis = int(_constant(axis)) % rank
    order = [i for i in range(rank) if i != axis] + [axis]
    values = tf.transpose(values, order)
    size = tf.shape(values)[-1]
    places = tf.range(size)
    mine, others = tf.expand_dims(places, 1), tf.expand_dims(places, 0)
    if attributes["reverse"]:
        mine, others = -mine, -others
    seen = others < mine if attributes["exclusive"] else others <= mine
    weights = tf.log(tf.cast(seen, values.dtype))
    outputs = tf.reduce_logsumexp(tf.expand_dims(values, -2) + weights, axis=-1)
    outputs.set_shape(values.shape)
    return tf.transpose(outputs, [order.index(i) for i in range(rank)])


_op_CumulativeLogsumexp.inputs = ["T", "Tidx"]
