def _fn_math_xlog1py(x, y):
    return _op_Xlog1py([tf.convert_to_tensor(x), tf.convert_to_tensor(y)], {})
