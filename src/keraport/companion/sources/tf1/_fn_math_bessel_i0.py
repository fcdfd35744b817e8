def _fn_math_bessel_i0(x):
    return _op_BesselI0([x], {})
