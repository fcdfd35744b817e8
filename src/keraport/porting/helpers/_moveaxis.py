def _moveaxis(x, source, destination):
    """keras.ops.moveaxis, of one axis or several."""
    rank = len(x.shape)
    sources = source if isinstance(source, (list, tuple)) else [source]
    places = destination if isinstance(destination, (list, tuple)) else [destination]
    sources = [axis % rank for axis in sources]
    axes = [axis for axis in range(rank) if axis not in sources]
    for place, axis in sorted(zip([place % rank for place in places], sources)):
        axes.insert(place, axis)
    return tf.transpose(x, axes)
