def _split_at(x, indices_or_sections, axis=0):
    """keras.ops.split: into equal parts, or at indices."""
    if not isinstance(indices_or_sections, (list, tuple)):
        return tf.split(x, indices_or_sections, axis=axis)
    starts = [0] + list(indices_or_sections)
    sizes = [end - start for start, end in zip(starts, starts[1:])]
    return tf.split(x, sizes + [-1], axis=axis)
