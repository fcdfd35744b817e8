def _op_ResizeNearestNeighbor(inputs, attributes):
    images, sizes = inputs
    known = _constant(sizes)
    height, width = tf.unstack(sizes) if known is None else known.tolist()
    return _resized(images, height, width, "nearest")


_op_ResizeNearestNeighbor.inputs = ["T", "int32"]
