def _fn_math_ndtri(x):
    return _op_Ndtri([x], {})
