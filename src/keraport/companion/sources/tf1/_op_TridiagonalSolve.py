def _op_TridiagonalSolve(inputs, attributes):
    """The diagonals are rows: what stands right of the centre, the centre, what stands left."""
    diagonals, right = inputs
    above, centre, below = tf.unstack(diagonals, axis=-2)
    zero = tf.zeros_like(centre[..., :1])

    def shifted(values, width):
        matrix = tf.matrix_diag(values)
        rows = tf.zeros_like(matrix[..., :1, :])
        if width > 0:
            return tf.concat([rows, matrix[..., :-1, :]], -2)
        return tf.concat([matrix[..., 1:, :], rows], -2)

    above = tf.concat([zero, above[..., :-1]], -1)
    below = tf.concat([below[..., 1:], zero], -1)
    matrix = tf.matrix_diag(centre) + shifted(above, -1) + shifted(below, 1)
    return tf.matrix_solve(matrix, right)


_op_TridiagonalSolve.inputs = ["T", "T"]
