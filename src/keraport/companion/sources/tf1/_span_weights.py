def _span_weights(before, after, scale, shift, method, antialias):
    """What each pixel before (columns) gives to each pixel after scaling and moving (rows).

    As ComputeSpansCore of TensorFlow 2 has it (core/kernels/image/scale_and_translate_op.cc).
    """
    radii = {"bilinear": 1.0, "lanczos1": 1.0, "lanczos3": 3.0, "lanczos5": 5.0}
    radii.update({"gaussian": 1.5, "box": 1.0, "bicubic": 2.0, "mitchellcubic": 2.0})
    inverse = 1.0 / scale
    stretch = tf.maximum(inverse, 1.0) if antialias else tf.ones_like(inverse)
    rows = tf.cast(tf.range(after), tf.float32)
    centres = (rows + 0.5) * inverse - shift * inverse
    size = tf.cast(before, tf.float32)
    first = tf.maximum(0.0, tf.ceil(centres - radii[method] * stretch - 0.5))
    last = tf.minimum(size - 1.0, tf.floor(centres + radii[method] * stretch - 0.5))
    pixels = tf.expand_dims(tf.cast(tf.range(before), tf.float32), 0)
    within = (pixels >= tf.expand_dims(first, 1)) & (pixels <= tf.expand_dims(last, 1))
    distances = tf.abs(pixels + 0.5 - tf.expand_dims(centres, 1)) / stretch
    weights = _resize_kernel(method)(distances)
    weights = tf.where(within, weights, tf.zeros_like(weights))
    totals = tf.reduce_sum(weights, 1, keepdims=True)
    outside = tf.expand_dims((centres < 0.0) | (centres > size), 1)
    empty = (tf.abs(totals) < 1000.0 * 1.1754944e-38) | outside
    weights = weights / tf.where(empty, tf.ones_like(totals), totals)
    return weights * (1.0 - tf.cast(empty, tf.float32))
