def _fn_where(condition, x=None, y=None):
    if x is None:
        return tf.where(condition)
    first = [item for item in (x, y) if isinstance(item, tf.Tensor)]
    dtype = first[0].dtype if first else None
    x, y = [tf.convert_to_tensor(item, dtype) for item in (x, y)]
    return _broadcast_where(tf.convert_to_tensor(condition), x, y)
