def _op_ImageProjectiveTransformV2(inputs, attributes):
    images, transforms, size = inputs
    return tf.contrib.image.transform(images, transforms, attributes["interpolation"], size)


_op_ImageProjectiveTransformV2.inputs = ["dtype", "float32", "int32"]
