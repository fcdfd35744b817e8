from tensorflow.python.ops.distributions import special_math


def _op_Erfinv(inputs, attributes):
    return special_math.ndtri((inputs[0] + 1.0) / 2.0) / 2.0**0.5


_op_Erfinv.inputs = ["T"]
