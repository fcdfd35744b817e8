def _fn_math_reduce_std(input_tensor, axis=None, keepdims=False):
    return tf.sqrt(_fn_math_reduce_variance(input_tensor, axis, keepdims))
