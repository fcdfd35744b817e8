def _resize_v2(images, size, method="bilinear"):
    """tf.image.resize of TensorFlow 2, with pixel centres at halves."""
    # tf.image.ResizeMethod has numbers in TensorFlow 1.
    method = {0: "bilinear", 1: "nearest", 2: "bicubic", 3: "area"}.get(method, method)
    images = tf.convert_to_tensor(images)
    if images.shape.ndims == 3:
        return _resize_v2(tf.expand_dims(images, 0), size, method)[0]
    known = tf.contrib.util.constant_value(tf.convert_to_tensor(size))
    height, width = (size[0], size[1]) if known is None else (int(known[0]), int(known[1]))
    return _resized(images, height, width, method)
