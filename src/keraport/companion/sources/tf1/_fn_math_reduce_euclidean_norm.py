def _fn_math_reduce_euclidean_norm(input_tensor, axis=None, keepdims=False):
    return tf.sqrt(tf.reduce_sum(tf.square(input_tensor), axis=axis, keepdims=keepdims))
