def _pixel_weights(size, wanted, method):
    """What each of `size` pixels along an axis adds to each of the `wanted` pixels.

    Returns:
        float32 of shape [wanted, size].
    """
    scale = tf.cast(size, tf.float32) / tf.cast(wanted, tf.float32)
    centres = (tf.cast(tf.range(wanted), tf.float32) + 0.5) * scale - 0.5
    pixels = tf.cast(tf.range(size), tf.float32)
    if method == "bilinear":
        centres = tf.clip_by_value(centres, 0.0, tf.cast(size - 1, tf.float32))
    elif method == "bicubic":
        # Its kernel looks the fraction up in a table of 1024 steps.
        whole = tf.floor(centres)
        centres = whole + tf.round((centres - whole) * 1024.0) / 1024.0
    weights = _resize_kernel(method)(tf.abs(pixels[tf.newaxis, :] - centres[:, tf.newaxis]))
    return weights / tf.reduce_sum(weights, axis=1, keepdims=True)
