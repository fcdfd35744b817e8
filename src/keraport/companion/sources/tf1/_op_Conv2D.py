def _op_Conv2D(inputs, attributes):
    images, attributes = _padded_images(inputs[0], attributes)
    return _operation("Conv2D", [images, inputs[1]], attributes)


_op_Conv2D.inputs = ["T", "T"]
