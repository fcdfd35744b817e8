def _constant(tensor):
    """The array behind a constant; None for a tensor that is computed."""
    return tf.make_ndarray(tensor.op.get_attr("value")) if tensor.op.type == "Const" else None
