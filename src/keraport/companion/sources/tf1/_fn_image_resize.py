def _fn_image_resize(images, size, method="bilinear", antialias=False):
    if images.shape.ndims == 3:
        return _fn_image_resize(tf.expand_dims(images, 0), size, method, antialias)[0]
    size = tf.convert_to_tensor(size)
    known = _constant(size)
    height, width = tf.unstack(size) if known is None else known.tolist()
    shape = tf.shape(images)
    names = {"bilinear": "triangle", "bicubic": "keyscubic"}
    if method in ("nearest", "area") or (method in names and not antialias):
        return _resized(images, height, width, method)
    scales = [
        tf.cast(n, tf.float32) / tf.cast(shape[i + 1], tf.float32)
        for i, n in enumerate((height, width))
    ]
    attributes = {"kernel_type": names.get(method, method), "antialias": antialias}
    inputs = [tf.cast(images, tf.float32), size, scales, [0.0, 0.0]]
    return _op_ScaleAndTranslate(inputs, attributes)
