def _projected(images, matrices, fill_mode, interpolation):
    """Images seen through a projection, as TensorFlow 2's ImageProjectiveTransformV2 computes them.

    Args:
        matrices: float32 of shape [batch, 6]: output point (x, y) shows the input's point
            (a x + b y + c, d x + e y + f).
        fill_mode: what lies outside of an image: "reflect", "wrap" or "constant" (zeros).
        interpolation: "nearest" or "bilinear".
    """
    sizes = tf.shape(images)
    y, x = tf.meshgrid(tf.range(sizes[1]), tf.range(sizes[2]), indexing="ij")
    grid = tf.cast(tf.stack([x, y, tf.ones_like(x)], axis=-1), tf.float32)
    points = tf.tensordot(tf.reshape(matrices, [-1, 2, 3]), grid, [[2], [2]])
    columns = _folded(points[:, 0], sizes[2], fill_mode)
    rows = _folded(points[:, 1], sizes[1], fill_mode)

    def pixels(row, column):
        """The images' values at whole places; 0 outside."""
        row, column = tf.cast(row, tf.int32), tf.cast(column, tf.int32)
        inside = (row >= 0) & (row < sizes[1]) & (column >= 0) & (column < sizes[2])
        row, column = [
            tf.clip_by_value(place, 0, sizes[axis] - 1) for place, axis in ((row, 1), (column, 2))
        ]
        image = tf.zeros_like(row) + tf.reshape(tf.range(sizes[0]), [-1, 1, 1])
        values = tf.gather_nd(images, tf.stack([image, row, column], axis=-1))
        return values * tf.cast(inside, images.dtype)[..., tf.newaxis]

    if interpolation == "nearest":
        # Halves are rounded away from zero.
        whole = [tf.sign(place) * tf.floor(tf.abs(place) + 0.5) for place in (rows, columns)]
        return pixels(whole[0], whole[1])
    top, left = tf.floor(rows), tf.floor(columns)
    down, right = (rows - top)[..., tf.newaxis], (columns - left)[..., tf.newaxis]

    def mixed(row):
        one, other = pixels(row, left), pixels(row, left + 1.0)
        return (1.0 - right) * tf.cast(one, tf.float32) + right * tf.cast(other, tf.float32)

    return tf.cast((1.0 - down) * mixed(top) + down * mixed(top + 1.0), images.dtype)
