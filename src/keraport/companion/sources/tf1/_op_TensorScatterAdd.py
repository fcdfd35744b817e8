def _op_TensorScatterAdd(inputs, attributes):
    tensor, indices, updates = inputs
    return tensor + tf.scatter_nd(indices, updates, tf.shape(tensor, out_type=indices.dtype))


_op_TensorScatterAdd.inputs = ["T", "Tindices", "T"]
