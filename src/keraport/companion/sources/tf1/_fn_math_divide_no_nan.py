def _fn_math_divide_no_nan(x, y):
    return tf.div_no_nan(x, y)
