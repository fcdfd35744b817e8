def _op_MatrixDiagPartV3(inputs, attributes):
    matrix, k, padding = inputs
    band = _band(_size(matrix, -2), _size(matrix, -1), k, attributes["align"])
    inside, places = band.in_rows()
    if band.low == band.high:
        inside, places = inside[0], places[0]
    return _broadcast_where(inside, _picked(matrix, 2, places), padding)


_op_MatrixDiagPartV3.inputs = ["T", "int32", "T"]
