def _op_SelectV2(inputs, attributes):
    return _broadcast_where(*inputs)


_op_SelectV2.inputs = ["bool", "T", "T"]
