def _shape_of(tensor):
    """What is known of its shape."""
    return tensor.shape
