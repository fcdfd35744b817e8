def _op_ResizeBilinear(inputs, attributes):
    images, sizes = inputs
    known = _constant(sizes)
    height, width = tf.unstack(sizes) if known is None else known.tolist()
    return _resized(images, height, width, "bilinear")


_op_ResizeBilinear.inputs = ["T", "int32"]
