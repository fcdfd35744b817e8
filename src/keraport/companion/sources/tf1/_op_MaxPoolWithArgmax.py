def _op_MaxPoolWithArgmax(inputs, attributes):
    """Without include_batch_in_index: places are counted in each sample."""
    kept = {key: value for key, value in attributes.items() if key != "include_batch_in_index"}
    largest, places = _operation("MaxPoolWithArgmax", inputs, kept)
    return [largest, places % tf.reduce_prod(tf.shape(inputs[0], out_type=places.dtype)[1:])]


_op_MaxPoolWithArgmax.inputs = ["T"]
