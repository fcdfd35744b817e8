def _shape_of(tensor):
    """What is known of its shape; None if not even its rank is."""
    return None if tensor.shape.ndims is None else tuple(tensor.shape.as_list())
