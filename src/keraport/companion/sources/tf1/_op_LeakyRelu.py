def _op_LeakyRelu(inputs, attributes):
    return tf.where(inputs[0] > 0, inputs[0], attributes.get("alpha", 0.2) * inputs[0])


_op_LeakyRelu.inputs = ["T"]
