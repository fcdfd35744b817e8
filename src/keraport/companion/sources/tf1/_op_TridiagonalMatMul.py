def _op_TridiagonalMatMul(inputs, attributes):
    above, centre, below, right = inputs
    above, centre, below = [tf.matrix_transpose(diagonal) for diagonal in (above, centre, below)]
    zeros = tf.zeros_like(right[..., :1, :])
    earlier = tf.concat([zeros, right[..., :-1, :]], -2)
    later = tf.concat([right[..., 1:, :], zeros], -2)
    return below * earlier + centre * right + above * later


_op_TridiagonalMatMul.inputs = ["T", "T", "T", "T"]
