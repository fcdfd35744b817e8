def _fn_math_multiply_no_nan(x, y):
    return _op_MulNoNan([tf.convert_to_tensor(x), tf.convert_to_tensor(y)], {})
