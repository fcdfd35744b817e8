def _tensor_scatter_nd_update(tensor, indices, updates):
    """tf.tensor_scatter_nd_update of TensorFlow 2."""
    inputs = [tf.convert_to_tensor(item) for item in (tensor, indices, updates)]
    return _op_TensorScatterUpdate(inputs, {})
