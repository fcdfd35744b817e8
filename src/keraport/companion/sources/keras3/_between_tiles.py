from keras import ops


def _between_tiles(size, count):
    """The tiles before and behind each pixel of a line, and how far it is from the first of them.

    Args:
        size: of a tile, in pixels.
        count: of tiles. One more stands before the first, and one behind the last.
    """
    place = (ops.arange(size * count, dtype="float32") - size / 2.0) / float(size) + 1.0
    before = ops.floor(place)
    first, second = (ops.clip(tile, 0, count + 1) for tile in (before, before + 1.0))
    return ops.cast(first, "int32"), ops.cast(second, "int32"), place - before
