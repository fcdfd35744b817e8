def _fn_math_reduce_variance(input_tensor, axis=None, keepdims=False):
    mean = tf.reduce_mean(input_tensor, axis=axis, keepdims=True)
    return tf.reduce_mean(tf.squared_difference(input_tensor, mean), axis=axis, keepdims=keepdims)
