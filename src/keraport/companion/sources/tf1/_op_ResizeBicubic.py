def _op_ResizeBicubic(inputs, attributes):
    images, sizes = inputs
    known = _constant(sizes)
    height, width = tf.unstack(sizes) if known is None else known.tolist()
    return _resized(images, height, width, "bicubic")


_op_ResizeBicubic.inputs = ["T", "int32"]
