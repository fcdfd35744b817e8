def _op_DepthwiseConv2dNative(inputs, attributes):
    images, attributes = _padded_images(inputs[0], attributes)
    return _operation("DepthwiseConv2dNative", [images, inputs[1]], attributes)


_op_DepthwiseConv2dNative.inputs = ["T", "T"]
