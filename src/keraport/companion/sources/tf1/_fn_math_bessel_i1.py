def _fn_math_bessel_i1(x):
    return _op_BesselI1([x], {})
