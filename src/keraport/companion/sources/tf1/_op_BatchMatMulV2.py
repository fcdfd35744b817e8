def _op_BatchMatMulV2(inputs, attributes):
    left, right = inputs
    if attributes["adj_x"]:
        left = tf.matrix_transpose(left)
    if attributes["adj_y"]:
        right = tf.matrix_transpose(right)
    return _matmul(left, right)


_op_BatchMatMulV2.inputs = ["T", "T"]
