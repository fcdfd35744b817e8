def _uncast(keywords):
    """Keywords of a layer that takes tensors as they are."""
    return keywords
