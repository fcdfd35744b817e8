def _between_tiles(size, count):
    """The tiles before and behind each pixel of a line, and how far it is from the first of them.

    Args:
        size: of a tile, in pixels.
        count: of tiles. One more stands before the first, and one behind the last.
    """
    middle = tf.cast(size, tf.float32)
    place = (tf.cast(tf.range(size * count), tf.float32) - middle / 2.0) / middle + 1.0
    before = tf.floor(place)
    found = [tf.clip_by_value(tile, 0, count + 1) for tile in (before, before + 1.0)]
    return tf.cast(found[0], tf.int32), tf.cast(found[1], tf.int32), place - before
