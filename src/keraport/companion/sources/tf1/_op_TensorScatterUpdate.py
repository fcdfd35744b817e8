def _op_TensorScatterUpdate(inputs, attributes):
    tensor, indices, updates = inputs
    places, count, rest = _flat_places(tensor, indices)
    shape = tf.concat([[-1], rest], 0)
    # Of two values for one place the later one stays, as it does in the operation itself.
    outputs = tf.dynamic_stitch(
        [tf.range(tf.cast(count, tf.int32)), tf.cast(places, tf.int32)],
        [tf.reshape(tensor, shape), tf.reshape(updates, shape)],
    )
    outputs = tf.reshape(outputs, tf.shape(tensor))
    outputs.set_shape(tensor.shape)
    return outputs


_op_TensorScatterUpdate.inputs = ["T", "Tindices", "T"]
