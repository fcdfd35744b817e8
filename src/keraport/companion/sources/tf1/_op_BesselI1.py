def _op_BesselI1(inputs, attributes):
    return tf.exp(tf.abs(inputs[0])) * tf.math.bessel_i1e(inputs[0])


_op_BesselI1.inputs = ["T"]
