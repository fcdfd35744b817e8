def _op_EuclideanNorm(inputs, attributes):
    values, axes = inputs
    return tf.sqrt(tf.reduce_sum(tf.square(values), axes, keepdims=attributes["keep_dims"]))


_op_EuclideanNorm.inputs = ["T", "Tidx"]
