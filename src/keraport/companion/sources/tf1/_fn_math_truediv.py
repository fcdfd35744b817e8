def _fn_math_truediv(x, y):
    x = tf.convert_to_tensor(x)
    return tf.truediv(x, y if isinstance(y, tf.Tensor) else tf.convert_to_tensor(y, x.dtype))
