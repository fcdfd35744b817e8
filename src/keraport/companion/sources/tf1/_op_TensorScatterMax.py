def _op_TensorScatterMax(inputs, attributes):
    tensor, indices, updates = inputs
    places, count, rest = _flat_places(tensor, indices)
    shape = tf.concat([[-1], rest], 0)
    data = tf.concat([tf.reshape(tensor, shape), tf.reshape(updates, shape)], 0)
    segments = tf.concat([tf.range(count), places], 0)
    outputs = tf.unsorted_segment_max(data, segments, count)
    outputs = tf.reshape(outputs, tf.shape(tensor))
    outputs.set_shape(tensor.shape)
    return outputs


_op_TensorScatterMax.inputs = ["T", "Tindices", "T"]
