def _built(cell, shape):
    """Builds a cell for inputs of that shape; its initializers may not know its dtype."""
    given = getattr(cell, "recurrent_initializer", None)
    if getattr(cell, "dtype", None) == "float16" and given is not None:
        # There is no QR decomposition, hence no orthogonal matrix, of such small floats.
        cell.recurrent_initializer = lambda shape, dtype=None, partition_info=None: tf.cast(
            given(shape, dtype=tf.float32), tf.float16
        )
    cell.build(shape)
    if given is not None:
        cell.recurrent_initializer = given
    cell.built = True
