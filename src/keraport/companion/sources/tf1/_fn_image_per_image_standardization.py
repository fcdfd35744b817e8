def _fn_image_per_image_standardization(image):
    image = tf.cast(image, tf.float32)
    mean = tf.reduce_mean(image, axis=[-1, -2, -3], keepdims=True)
    deviation = _fn_math_reduce_std(image, [-1, -2, -3], True)
    pixels = tf.cast(tf.reduce_prod(tf.shape(image)[-3:]), tf.float32)
    return (image - mean) / tf.maximum(deviation, tf.rsqrt(pixels))
