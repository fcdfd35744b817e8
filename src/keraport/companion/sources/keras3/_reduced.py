def _reduced(reduce, x, axis, keepdims):
    """What a function of keras.ops makes of some axes; none of them, and it leaves the tensor."""
    if isinstance(axis, (list, tuple)):
        if not axis:
            return x
        axis = tuple(axis)
    return reduce(x, axis=axis, keepdims=bool(keepdims))
