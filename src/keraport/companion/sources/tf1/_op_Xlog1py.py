def _op_Xlog1py(inputs, attributes):
    factor, values = inputs
    product = factor * tf.log1p(values)
    is_zero = tf.equal(factor + tf.zeros_like(values), 0)
    return tf.where(is_zero, tf.zeros_like(product), product)


_op_Xlog1py.inputs = ["T", "T"]
