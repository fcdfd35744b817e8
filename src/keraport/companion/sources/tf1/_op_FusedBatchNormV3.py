def _op_FusedBatchNormV3(inputs, attributes):
    """The last output is space for the gradient on a GPU."""
    kept = ("T", "epsilon", "data_format", "is_training")
    attributes = {key: value for key, value in attributes.items() if key in kept}
    return _operation("FusedBatchNorm", inputs, attributes) + [tf.zeros([0])]


_op_FusedBatchNormV3.inputs = ["T", "U", "U", "U", "U"]
