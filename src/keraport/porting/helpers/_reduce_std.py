def _reduce_std(input_tensor, axis=None, keepdims=False):
    """tf.math.reduce_std of TensorFlow 2."""
    return tf.sqrt(_reduce_variance(input_tensor, axis=axis, keepdims=keepdims))
