def _fn_strings_reduce_join(inputs, axis=None, keepdims=False, separator=""):
    return tf.reduce_join(inputs, axis, keep_dims=keepdims, separator=separator)
