def _reduce_variance(input_tensor, axis=None, keepdims=False):
    """tf.math.reduce_variance of TensorFlow 2."""
    input_tensor = tf.convert_to_tensor(input_tensor)
    centred = input_tensor - tf.reduce_mean(input_tensor, axis=axis, keepdims=True)
    return tf.reduce_mean(tf.square(centred), axis=axis, keepdims=keepdims)
