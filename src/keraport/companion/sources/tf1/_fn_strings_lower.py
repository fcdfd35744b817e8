def _fn_strings_lower(input, encoding=""):
    return _op_StringLower([input], {})
