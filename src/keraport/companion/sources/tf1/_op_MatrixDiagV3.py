def _op_MatrixDiagV3(inputs, attributes):
    diagonals, k, rows, columns, padding = inputs
    low, high = [int(item) for item in _constant(k).reshape(-1)[[0, -1]]]
    rows, columns = [int(_constant(item)) for item in (rows, columns)]
    longest = _size(diagonals, -1)
    least = [longest - min(high, 0), longest + max(low, 0)]
    if rows == columns == -1:
        rows = columns = longest + max(-min(high, 0), max(low, 0))
    rows = least[0] if isinstance(rows, int) and rows == -1 else rows
    columns = least[1] if isinstance(columns, int) and columns == -1 else columns
    inside, places = _band(rows, columns, k, attributes["align"]).in_matrix()
    return _broadcast_where(inside, _picked(diagonals, 1 if low == high else 2, places), padding)


_op_MatrixDiagV3.inputs = ["T", "int32", "int32", "int32", "T"]
