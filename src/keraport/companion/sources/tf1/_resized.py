def _resized(images, height, width, method="bilinear"):
    """Images of another size, with pixel centres at halves, as TensorFlow 2 resizes them.

    Sizes may be tensors. Only "nearest" keeps the dtype; others give float32.
    """
    method = method.lower()
    sizes = images.shape.as_list()[1:3]
    wanted = [size if isinstance(size, int) else None for size in (height, width)]
    if method == "area":
        outputs = tf.image.resize_area(images, tf.stack([height, width]))
    else:
        dynamic = tf.shape(images)
        rows, columns = [
            (sizes[axis] or dynamic[axis + 1], size) for axis, size in enumerate((height, width))
        ]
        if method == "nearest":
            outputs = tf.gather(images, _nearest_pixels(*rows), axis=1)
            outputs = tf.gather(outputs, _nearest_pixels(*columns), axis=2)
        else:
            outputs = tf.cast(images, tf.float32)
            outputs = tf.tensordot(outputs, _pixel_weights(rows[0], rows[1], method), [[1], [1]])
            weights = _pixel_weights(columns[0], columns[1], method)
            outputs = tf.tensordot(outputs, weights, [[1], [1]])
            outputs = tf.transpose(outputs, [0, 2, 3, 1])
    outputs.set_shape([images.shape[0], wanted[0], wanted[1], images.shape[3]])
    return outputs
