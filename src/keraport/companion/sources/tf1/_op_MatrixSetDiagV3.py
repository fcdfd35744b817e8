def _op_MatrixSetDiagV3(inputs, attributes):
    matrix, diagonals, k = inputs
    band = _band(_size(matrix, -2), _size(matrix, -1), k, attributes["align"])
    inside, places = band.in_matrix()
    dimensions = 1 if band.low == band.high else 2
    return _broadcast_where(inside, _picked(diagonals, dimensions, places), matrix)


_op_MatrixSetDiagV3.inputs = ["T", "T", "int32"]
