from tensorflow.python.ops.distributions import special_math


def _op_Ndtri(inputs, attributes):
    return special_math.ndtri(inputs[0])


_op_Ndtri.inputs = ["T"]
