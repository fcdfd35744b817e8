def _tensor_scatter_nd_add(tensor, indices, updates):
    """tf.tensor_scatter_nd_add of TensorFlow 2."""
    inputs = [tf.convert_to_tensor(item) for item in (tensor, indices, updates)]
    return _op_TensorScatterAdd(inputs, {})
