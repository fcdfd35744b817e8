def _fn_strings_upper(input, encoding=""):
    return _op_StringUpper([input], {})
