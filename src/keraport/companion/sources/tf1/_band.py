class _band(object):
    """A band of diagonals of a matrix, stored in rows: the uppermost diagonal first.

    Shorter diagonals stand left or right in their rows, as `align` says for those above and those
    below the centre (docs of tf.linalg.diag_part of TensorFlow 2.3). Sizes are numbers or tensors.
    """

    def __init__(self, rows, columns, k, align):
        band = [int(item) for item in _constant(k).reshape(-1)]
        self.low, self.high = band[0], band[-1]
        self.rows, self.columns = rows, columns
        self.left = [side == "LEFT" for side in align.split("_")]
        self.longest = _least(rows + min(self.high, 0), columns - max(self.low, 0))

    def _starts(self, offsets):
        """Where diagonals of these offsets start in their rows."""
        lengths = tf.minimum(
            self.rows + tf.minimum(offsets, 0), self.columns - tf.maximum(offsets, 0)
        )
        above, below = self.left
        is_left = ((offsets >= 0) & above) | ((offsets <= 0) & below)
        return tf.where(is_left, tf.zeros_like(lengths), self.longest - lengths), lengths

    def in_matrix(self):
        """For each element of the matrix: whether it is in the band, and where it is stored."""
        row = tf.expand_dims(tf.range(self.rows), 1)
        column = tf.expand_dims(tf.range(self.columns), 0)
        offsets = column - row
        starts, _ = self._starts(offsets)
        places = (self.high - offsets) * self.longest + column - tf.maximum(offsets, 0) + starts
        inside = (offsets >= self.low) & (offsets <= self.high)
        return inside, tf.where(inside, places, tf.zeros_like(places))

    def in_rows(self):
        """For each stored element: whether it is one of the matrix, and where it is there."""
        offsets = tf.range(self.high, self.low - 1, -1)
        starts, lengths = [tf.expand_dims(item, 1) for item in self._starts(offsets)]
        along = tf.expand_dims(tf.range(self.longest), 0) - starts
        offsets = tf.expand_dims(offsets, 1)
        row, column = along - tf.minimum(offsets, 0), along + tf.maximum(offsets, 0)
        inside = (along >= 0) & (along < lengths)
        places = row * self.columns + column
        return inside, tf.where(inside, places, tf.zeros_like(places))
