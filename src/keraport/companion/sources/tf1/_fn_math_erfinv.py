def _fn_math_erfinv(x):
    return _op_Erfinv([x], {})
