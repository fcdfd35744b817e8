def _share_dtype(layer, cell):
    """Cells compute in the float of all of Keras."""
