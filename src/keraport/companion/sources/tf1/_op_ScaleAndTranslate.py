def _op_ScaleAndTranslate(inputs, attributes):
    images, sizes, scales, shifts = inputs
    method = {
        "triangle": "bilinear",
        "keyscubic": "bicubic",
    }.get(attributes["kernel_type"], attributes["kernel_type"])
    shape = tf.shape(images)
    outputs = images
    for axis in (0, 1):
        weights = _span_weights(
            shape[axis + 1],
            sizes[axis],
            scales[axis],
            shifts[axis],
            method,
            attributes["antialias"],
        )
        outputs = tf.tensordot(outputs, weights, [[1], [1]])
    outputs = tf.transpose(outputs, [0, 2, 3, 1])
    known = _constant(sizes)
    height, width = (None, None) if known is None else known.tolist()
    outputs.set_shape([images.shape[0], height, width, images.shape[3]])
    return outputs


_op_ScaleAndTranslate.inputs = ["T", "int32", "float32", "float32"]
