def _op_MulNoNan(inputs, attributes):
    product = inputs[0] * inputs[1]
    is_zero = tf.equal(inputs[1] + tf.zeros_like(product), 0)
    return tf.where(is_zero, tf.zeros_like(product), product)


_op_MulNoNan.inputs = ["T", "T"]
