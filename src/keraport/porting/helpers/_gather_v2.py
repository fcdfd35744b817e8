def _gather_v2(params, indices, validate_indices=None, axis=None, batch_dims=0):
    """tf.gather of TensorFlow 2, with batch_dims."""
    axis = batch_dims if axis is None else axis
    inputs = [tf.convert_to_tensor(params), tf.convert_to_tensor(indices), axis]
    inputs[2] = tf.constant(axis)
    return _op_GatherV2(inputs, {"batch_dims": batch_dims})
